using System.Globalization;
using System.Net;

namespace Routing.Silo.Hosting;

/// <summary>Where to listen, written HOST:PORT: an IPv4 address, an IPv6 address in brackets, or localhost (which is 127.0.0.1).</summary>
internal static class ListenAddress
{
    /// <exception cref="StartupException">It is neither.</exception>
    public static IPEndPoint Parse(string setting, string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        string port = text[(colon + 1)..];
        if (host == "localhost")
        {
            host = "127.0.0.1";
        }

        bool bracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        bool isAddress = IPAddress.TryParse(bracketed ? host[1..^1] : host, out IPAddress? address)
            && bracketed == (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6);
        if (isAddress && port.Length is > 0 and < 10 && port.All(char.IsAsciiDigit) && (!ushort.TryParse(port, out ushort valid) || valid == 0))
        {
            throw new StartupException($"{setting}: '{text}' has port {port}, and ports go from 1 to {ushort.MaxValue}");
        }

        if (!isAddress || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
        {
            throw new StartupException($"{setting}: '{text}' is not HOST:PORT; write 127.0.0.1:5060, [::1]:5060 or localhost:5060");
        }

        return new IPEndPoint(address!, number);
    }
}
