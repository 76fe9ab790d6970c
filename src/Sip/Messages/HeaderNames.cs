using System.Text;

namespace Routing.Sip.Messages;

/// <summary>
/// Names of header fields: canonical spelling, compact forms (RFC 3261 §7.3.3 and the IANA registry), lookup without allocation.
/// </summary>
public static class HeaderNames
{
    private static readonly string[] Canonical =
    [
        "", "Accept", "Accept-Contact", "Accept-Encoding", "Accept-Language", "Alert-Info", "Allow", "Allow-Events", "Authorization",
        "Call-ID", "Call-Info", "Contact", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Type",
        "CSeq", "Date", "Diversion", "Error-Info", "Event", "Expires", "From", "Identity", "In-Reply-To", "Max-Forwards", "MIME-Version",
        "Min-Expires", "Min-SE", "Organization", "P-Asserted-Identity", "Path", "P-Preferred-Identity", "Priority", "Privacy",
        "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Require", "RAck", "Reason", "Record-Route", "Referred-By", "Refer-To",
        "Reject-Contact", "Replaces", "Reply-To", "Request-Disposition", "Require", "Retry-After", "Route", "RSeq", "Server",
        "Service-Route", "Session-Expires", "Subject", "Subscription-State", "Supported", "Timestamp", "To", "Unsupported", "User-Agent",
        "Via", "Warning", "WWW-Authenticate",
    ];

    private static readonly HeaderId[] Compact = MakeCompactTable();
    private static readonly HeaderId[][] ByLength = MakeLengthTable();

    /// <summary>The canonical spelling; empty for <see cref="HeaderId.Unknown"/>.</summary>
    public static string ToText(HeaderId id) => Canonical[(int)id];

    /// <summary>The known header with this name or compact form, in any case; <see cref="HeaderId.Unknown"/> when there is none.</summary>
    public static HeaderId Lookup(ReadOnlySpan<byte> name)
    {
        if (name.Length == 1)
        {
            return LookupCompact((char)name[0]);
        }

        if (name.Length < ByLength.Length)
        {
            foreach (var id in ByLength[name.Length])
            {
                if (Ascii.EqualsIgnoreCase(name, Canonical[(int)id]))
                {
                    return id;
                }
            }
        }

        return HeaderId.Unknown;
    }

    /// <inheritdoc cref="Lookup(ReadOnlySpan{byte})"/>
    public static HeaderId Lookup(ReadOnlySpan<char> name)
    {
        if (name.Length == 1)
        {
            return LookupCompact(name[0]);
        }

        if (name.Length < ByLength.Length)
        {
            foreach (var id in ByLength[name.Length])
            {
                if (Ascii.EqualsIgnoreCase(name, Canonical[(int)id]))
                {
                    return id;
                }
            }
        }

        return HeaderId.Unknown;
    }

    /// <summary>
    /// True for the headers whose comma separated values are kept as one entry each, so that the top Via or the first Route
    /// can be taken away without touching the others (RFC 3261 §7.3.1 makes both spellings equal).
    /// </summary>
    internal static bool IsSplitList(HeaderId id) =>
        id is HeaderId.Via or HeaderId.Contact or HeaderId.Route or HeaderId.RecordRoute or HeaderId.Path or HeaderId.ServiceRoute;

    private static HeaderId LookupCompact(char letter)
    {
        var index = (letter | 0x20) - 'a';
        return char.IsAsciiLetter(letter) ? Compact[index] : HeaderId.Unknown;
    }

    private static HeaderId[] MakeCompactTable()
    {
        var table = new HeaderId[26];
        foreach (var (letter, id) in new (char Letter, HeaderId Id)[]
        {
            ('a', HeaderId.AcceptContact), ('b', HeaderId.ReferredBy), ('c', HeaderId.ContentType), ('d', HeaderId.RequestDisposition),
            ('e', HeaderId.ContentEncoding), ('f', HeaderId.From), ('i', HeaderId.CallId), ('j', HeaderId.RejectContact),
            ('k', HeaderId.Supported), ('l', HeaderId.ContentLength), ('m', HeaderId.Contact), ('o', HeaderId.Event),
            ('r', HeaderId.ReferTo), ('s', HeaderId.Subject), ('t', HeaderId.To), ('u', HeaderId.AllowEvents), ('v', HeaderId.Via),
            ('x', HeaderId.SessionExpires), ('y', HeaderId.Identity),
        })
        {
            table[letter - 'a'] = id;
        }

        return table;
    }

    private static HeaderId[][] MakeLengthTable()
    {
        var longest = Canonical.Max(static name => name.Length);
        var table = new HeaderId[longest + 1][];
        for (var length = 0; length <= longest; length++)
        {
            var ids = Enumerable.Range(1, Canonical.Length - 1).Where(i => Canonical[i].Length == length);
            table[length] = [.. ids.Select(i => (HeaderId)i)];
        }

        return table;
    }
}
