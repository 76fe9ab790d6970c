using Routing.Sip.Messages;

namespace Routing.Gateway.Telephony;

/// <summary>Numbers in URIs, as they are compared and remembered.</summary>
internal static class TelephoneNumber
{
    private const string Anonymous = "anonymous";
    private const string AnonymousHost = "anonymous.invalid";

    /// <summary>
    /// The user part without the parameters that it may carry (RFC 3966 inside a user part); of a telephone number also without visual separators
    /// (RFC 3966 §5.1.1). Null when there is none.
    /// </summary>
    public static string? Of(SipUri uri)
    {
        string? user = uri.DecodedUser;
        int semicolon = user?.IndexOf(';', StringComparison.Ordinal) ?? -1;
        string? number = semicolon < 0 ? user : user![..semicolon];
        bool isTelephone = !uri.IsSip || string.Equals(uri.Parameters["user"], "phone", StringComparison.OrdinalIgnoreCase);
        return isTelephone && number is ['+' or (>= '0' and <= '9'), ..] ? string.Concat(number.Where(static c => c is not ('-' or '.' or '(' or ')'))) : number;
    }

    /// <summary>The number of whoever calls; null when it is withheld (RFC 3323 §4.1.1.3): all who withhold it are not one customer.</summary>
    public static string? OfCaller(SipUri from)
    {
        string? number = Of(from);
        bool isWithheld = string.Equals(number, Anonymous, StringComparison.OrdinalIgnoreCase)
            || string.Equals(from.Host, AnonymousHost, StringComparison.OrdinalIgnoreCase);
        return isWithheld ? null : number;
    }
}
