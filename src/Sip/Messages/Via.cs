using System.Globalization;
using System.Text;

namespace Routing.Sip.Messages;

/// <summary>One Via value (RFC 3261 §20.42, rport of RFC 3581): where a response goes. Immutable.</summary>
public sealed class Via
{
    /// <summary>What every branch of an RFC 3261 element starts with (§8.1.1.7).</summary>
    public const string BranchMagicCookie = "z9hG4bK";

    public Via(string transport, string host, int? port, SipParameters parameters)
    {
        Transport = transport;
        Host = host;
        Port = port;
        Parameters = parameters;
    }

    /// <summary>The transport as written, "UDP" or "TCP" as a rule; compare without case.</summary>
    public string Transport { get; }

    /// <summary>The host of sent-by; an IPv6 address has its brackets.</summary>
    public string Host { get; }

    /// <summary>The port of sent-by; null when it was not written, which means the default of the transport.</summary>
    public int? Port { get; }

    public SipParameters Parameters { get; }

    public string? Branch => Parameters["branch"];

    public string? Received => Parameters["received"];

    public string? Maddr => Parameters["maddr"];

    /// <summary>True when the sender asks for its source port (RFC 3581 §4), filled in or not.</summary>
    public bool HasRPort => Parameters.Contains("rport");

    /// <summary>The source port that a server filled in; null when absent, empty or not a port.</summary>
    public int? RPort => SipText.TryParseNumber(Parameters["rport"], out var port) && port is > 0 and <= ushort.MaxValue ? port : null;

    public static bool TryParse(ReadOnlySpan<char> text, out Via via)
    {
        via = null!;
        if (!TryTakeProtocol(ref text))
        {
            return false;
        }

        text = SipText.TrimLws(text);
        var end = text.IndexOfAny(" \t\r\n");
        if (end <= 0 || !SipText.IsToken(text[..end]))
        {
            return false;
        }

        var transport = InternTransport(text[..end]);
        text = text[end..];
        var semicolon = text.IndexOf(';');
        var parameters = SipParameters.Empty;
        if (semicolon >= 0)
        {
            if (!SipParameters.TryParse(text[(semicolon + 1)..], out parameters))
            {
                return false;
            }

            text = text[..semicolon];
        }

        if (!SipText.TryParseHostPort(SipText.TrimLws(text), out var host, out var port))
        {
            return false;
        }

        via = new Via(transport, host.ToString(), port, parameters);
        return true;
    }

    public Via With(string parameter, string? value) => new(Transport, Host, Port, Parameters.With(parameter, value));

    public override string ToString()
    {
        var builder = new StringBuilder("SIP/2.0/", 96).Append(Transport).Append(' ').Append(Host);
        if (Port is { } port)
        {
            builder.Append(':').Append(CultureInfo.InvariantCulture, $"{port}");
        }

        return Parameters.AppendTo(builder).ToString();
    }

    /// <summary>"SIP / 2.0 /", white space allowed around the slashes.</summary>
    private static bool TryTakeProtocol(ref ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0 || !SipText.TrimLws(text[..slash]).Equals("SIP", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        text = text[(slash + 1)..];
        slash = text.IndexOf('/');
        if (slash < 0 || !SipText.TrimLws(text[..slash]).SequenceEqual("2.0"))
        {
            return false;
        }

        text = text[(slash + 1)..];
        return true;
    }

    private static string InternTransport(ReadOnlySpan<char> text) => text switch
    {
        "UDP" => "UDP",
        "TCP" => "TCP",
        "TLS" => "TLS",
        "WS" => "WS",
        "WSS" => "WSS",
        _ => text.ToString(),
    };
}
