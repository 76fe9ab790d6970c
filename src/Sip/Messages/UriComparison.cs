namespace Routing.Sip.Messages;

/// <summary>The parts of RFC 3261 §19.1.4 that compare parameters and headers of two URIs.</summary>
internal static class UriComparison
{
    /// <summary>These never match when only one URI has them.</summary>
    private static readonly string[] Decisive = ["user", "ttl", "method", "maddr", "transport"];

    public static bool ParametersMatch(SipParameters left, SipParameters right)
    {
        foreach (var name in Decisive)
        {
            if (left.Contains(name) != right.Contains(name))
            {
                return false;
            }
        }

        foreach (var (name, value) in left.Items)
        {
            if (right.Contains(name)
                && !string.Equals(SipUri.Normalise(value), SipUri.Normalise(right[name]), StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>All headers must be in both, in any order.</summary>
    public static bool HeadersMatch(string? left, string? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        return Canonical(left).SequenceEqual(Canonical(right), StringComparer.OrdinalIgnoreCase);
    }

    private static IEnumerable<string?> Canonical(string headers) =>
        headers.Split('&').Select(SipUri.Normalise).Order(StringComparer.OrdinalIgnoreCase);
}
