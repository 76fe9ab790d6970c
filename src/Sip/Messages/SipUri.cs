using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Routing.Sip.Messages;

/// <summary>
/// A SIP or SIPS URI (RFC 3261 §19.1), a tel URI (RFC 3966), or any other, whose part after the scheme is kept as it is. Immutable;
/// a parsed one is written back exactly as it came. Equality of §19.1.4 is not transitive, so it is
/// <see cref="IsEquivalentTo"/> and not Equals.
/// </summary>
public sealed class SipUri
{
    private string? _text;

    /// <summary>A SIP or SIPS URI from its parts; the user part must already be escaped (<see cref="Escape"/>).</summary>
    public SipUri(string scheme, string? user, string host, int? port = null, SipParameters? parameters = null)
    {
        Scheme = scheme;
        User = user;
        Host = host;
        Port = port;
        Parameters = parameters ?? SipParameters.Empty;
    }

    private SipUri(string scheme)
    {
        Scheme = scheme;
        Host = "";
        Parameters = SipParameters.Empty;
    }

    /// <summary>The scheme in lower case.</summary>
    public string Scheme { get; }

    /// <summary>True for sip and sips, the only ones that have a host.</summary>
    public bool IsSip => Scheme is "sip" or "sips";

    public bool IsSecure => Scheme == "sips";

    /// <summary>The user as written, escapes included; the number of a tel URI; null when there is none.</summary>
    public string? User { get; private init; }

    /// <summary>The user with escapes resolved.</summary>
    public string? DecodedUser => User is null ? null : Unescape(User);

    public string? Password { get; private init; }

    /// <summary>Host as written; an IPv6 address has its brackets; empty for schemes other than sip and sips.</summary>
    public string Host { get; private init; }

    public int? Port { get; private init; }

    public SipParameters Parameters { get; private init; }

    /// <summary>What stands after the question mark, unparsed; null when there is none.</summary>
    public string? HeadersText { get; private init; }

    /// <summary>The transport parameter, as written; null when absent.</summary>
    public string? Transport => Parameters["transport"];

    /// <summary>True when the URI in a Route says that its proxy is a loose router (§19.1.1).</summary>
    public bool IsLooseRouter => Parameters.Contains("lr");

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SipUri? uri)
    {
        uri = null;
        var colon = text.IndexOf(':');
        if (colon <= 0 || !IsScheme(text[..colon]) || HasForbidden(text))
        {
            return false;
        }

        var rest = text[(colon + 1)..];
        uri = text[..colon] switch
        {
            var s when s.Equals("sip", StringComparison.OrdinalIgnoreCase) => ParseSip("sip", rest),
            var s when s.Equals("sips", StringComparison.OrdinalIgnoreCase) => ParseSip("sips", rest),
            var s when s.Equals("tel", StringComparison.OrdinalIgnoreCase) => ParseTel(rest),
            var s => rest.IsEmpty ? null : new SipUri(s.ToString().ToLowerInvariant()),
        };
        if (uri is null)
        {
            return false;
        }

        uri._text = text.ToString();
        return true;
    }

    /// <exception cref="FormatException">The text is no URI. For constants and configuration; input from outside uses
    /// <see cref="TryParse"/>.</exception>
    public static SipUri Parse(string text) => TryParse(text, out var uri) ? uri : throw new FormatException($"Not a URI: '{text}'.");

    /// <summary>Escapes a user part (RFC 3261 §25.1, user-unreserved stays).</summary>
    public static string Escape(string user)
    {
        var builder = new StringBuilder(user.Length);
        foreach (var b in Encoding.UTF8.GetBytes(user))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || "-_.!~*'()&=+$,;?/".Contains(c, StringComparison.Ordinal))
            {
                builder.Append(c);
            }
            else
            {
                builder.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return builder.ToString();
    }

    /// <summary>A copy with other parameters; a URI of an unknown scheme has none and stays as it is.</summary>
    public SipUri WithParameters(SipParameters parameters) => !IsSip && User is null ? this : new(Scheme)
    {
        User = User,
        Password = Password,
        Host = Host,
        Port = Port,
        Parameters = parameters,
        HeadersText = HeadersText,
    };

    /// <summary>The copy that a Request-URI may be: without headers and without the "method" parameter (§19.1.1 table 1).</summary>
    public SipUri ToRequestUri() => !IsSip || (HeadersText is null && !Parameters.Contains("method"))
        ? this
        : new SipUri(Scheme) { User = User, Password = Password, Host = Host, Port = Port, Parameters = Parameters.Without("method") };

    /// <summary>
    /// Equality of RFC 3261 §19.1.4: scheme and user exactly (escapes of unreserved characters resolved), host without case,
    /// ports as written,
    /// the parameters user, ttl, method, maddr and transport must be in both or in none, others are compared when both have them.
    /// Schemes other than sip and sips are compared as text.
    /// </summary>
    public bool IsEquivalentTo(SipUri other)
    {
        if (!IsSip || !other.IsSip)
        {
            return string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);
        }

        return Scheme == other.Scheme
            && string.Equals(Normalise(User), Normalise(other.User), StringComparison.Ordinal)
            && string.Equals(Normalise(Password), Normalise(other.Password), StringComparison.Ordinal)
            && Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase)
            && Port == other.Port
            && UriComparison.ParametersMatch(Parameters, other.Parameters)
            && UriComparison.HeadersMatch(HeadersText, other.HeadersText);
    }

    public override string ToString() => _text ??= Compose();

    /// <summary>Resolves %HH as UTF-8. A percent sign that starts no escape stays.</summary>
    internal static string Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new List<byte>(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            if (TryReadEscape(text, i, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
                i += used - 1;
            }
        }

        return Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
    }

    /// <summary>Escapes of unreserved characters are equal to the characters, all others are compared as escapes (§19.1.4).</summary>
    internal static string? Normalise(string? text)
    {
        if (text is null || !text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var builder = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (!TryReadEscape(text, i, out var value))
            {
                builder.Append(text[i]);
                continue;
            }

            i += 2;
            if (char.IsAsciiLetterOrDigit((char)value) || "-_.!~*'()".Contains((char)value, StringComparison.Ordinal))
            {
                builder.Append((char)value);
            }
            else
            {
                builder.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return builder.ToString();
    }

    private static bool TryReadEscape(string text, int index, out byte value)
    {
        value = 0;
        return text[index] == '%' && index + 2 < text.Length
            && byte.TryParse(text.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        if (!char.IsAsciiLetter(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasForbidden(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is <= ' ' or '<' or '>' or '"' or '\x7f')
            {
                return true;
            }
        }

        return false;
    }

    private static SipUri? ParseSip(string scheme, ReadOnlySpan<char> text)
    {
        string? user = null;
        string? password = null;
        var at = text.IndexOf('@');
        if (at >= 0)
        {
            var info = text[..at];
            text = text[(at + 1)..];
            var colon = info.IndexOf(':');
            if (colon >= 0)
            {
                password = info[(colon + 1)..].ToString();
                info = info[..colon];
            }

            if (info.IsEmpty || text.Contains('@'))
            {
                return null;
            }

            user = info.ToString();
        }

        string? headers = null;
        var question = text.IndexOf('?');
        if (question >= 0)
        {
            headers = text[(question + 1)..].ToString();
            text = text[..question];
        }

        if (headers is ""
            || !TrySplitParameters(ref text, out var parameters)
            || !SipText.TryParseHostPort(text, out var host, out var port))
        {
            return null;
        }

        return new SipUri(scheme)
        {
            User = user,
            Password = password,
            Host = host.ToString(),
            Port = port,
            Parameters = parameters,
            HeadersText = headers,
        };
    }

    private static SipUri? ParseTel(ReadOnlySpan<char> text) =>
        TrySplitParameters(ref text, out var parameters) && !text.IsEmpty
            ? new SipUri("tel") { User = text.ToString(), Parameters = parameters }
            : null;

    private static bool TrySplitParameters(ref ReadOnlySpan<char> text, out SipParameters parameters)
    {
        parameters = SipParameters.Empty;
        var semicolon = text.IndexOf(';');
        if (semicolon < 0)
        {
            return true;
        }

        var tail = text[(semicolon + 1)..];
        text = text[..semicolon];
        return SipParameters.TryParse(tail, out parameters);
    }

    private string Compose()
    {
        var builder = new StringBuilder(64).Append(Scheme).Append(':');
        if (User is not null)
        {
            builder.Append(User);
            if (Password is not null)
            {
                builder.Append(':').Append(Password);
            }

            if (IsSip)
            {
                builder.Append('@');
            }
        }

        builder.Append(Host);
        if (Port is { } port)
        {
            builder.Append(':').Append(CultureInfo.InvariantCulture, $"{port}");
        }

        Parameters.AppendTo(builder);
        return HeadersText is null ? builder.ToString() : builder.Append('?').Append(HeadersText).ToString();
    }
}
