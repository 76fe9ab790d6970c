using System.Net;
using System.Net.Sockets;

namespace Routing.Silo.Hosting;

/// <summary>What phones are told instead of the listening address, behind NAT or with a name of one's own.</summary>
/// <param name="Host">For Via and Contact: a name or an address, IPv6 in brackets.</param>
/// <param name="Address">The same as an address, for session descriptions, in which not every phone resolves names.</param>
internal sealed record AdvertisedHost(string Host, IPAddress Address)
{
    /// <summary>Reads a host; a name is looked up once, at the start.</summary>
    /// <param name="text">A name or an address.</param>
    /// <param name="family">Of the listening address: of a name's addresses, one of that kind is told if there is any.</param>
    /// <param name="resolve">Looks a name up.</param>
    /// <exception cref="StartupException">It is neither a name that has an address nor an address that others can reach.</exception>
    public static AdvertisedHost Parse(string text, AddressFamily family, Func<string, IPAddress[]> resolve)
    {
        string plain = text.Length > 2 && text[0] == '[' && text[^1] == ']' ? text[1..^1] : text;
        if (IPAddress.TryParse(plain, out IPAddress? literal))
        {
            return literal.Equals(IPAddress.Any) || literal.Equals(IPAddress.IPv6Any)
                ? throw new StartupException($"advertise: '{text}' is no address that a phone can reach; give the one by which phones reach this machine")
                : new AdvertisedHost(literal.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{literal}]" : literal.ToString(), literal);
        }

        if (Uri.CheckHostName(text) != UriHostNameType.Dns)
        {
            throw new StartupException($"advertise: '{text}' is neither an address nor a host name; write 192.0.2.1, [2001:db8::1] or sip.example.org, without a port");
        }

        try
        {
            IPAddress[] found = resolve(text);
            return new AdvertisedHost(text, found.FirstOrDefault(address => address.AddressFamily == family) ?? found.First());
        }
        catch (Exception error) when (error is SocketException or InvalidOperationException)
        {
            throw new StartupException($"advertise: the name '{text}' has no address ({error.Message.TrimEnd('.')}); give the address", error);
        }
    }
}
