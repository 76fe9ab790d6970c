using System.Globalization;
using System.Net;

namespace Routing.Silo.Hosting;

/// <summary>The ports of hold media, written FROM-TO: a call takes an even one, and the odd one above it stays free for RTCP.</summary>
internal readonly record struct RtpPorts(int First, int Last)
{
    private const int LeastPort = 1_024;

    /// <exception cref="StartupException">It is no such range, or has a SIP port in it.</exception>
    public static RtpPorts Parse(string text, IEnumerable<IPEndPoint> sip)
    {
        string[] parts = text.Split('-');
        if (parts.Length != 2 || !TryPort(parts[0], out int first) || !TryPort(parts[1], out int last) || first > last)
        {
            throw new StartupException($"rtp-ports: '{text}' is not FROM-TO with ports from {LeastPort} to {ushort.MaxValue}; write 16384-24575");
        }

        if (first % 2 != 0 || last % 2 == 0)
        {
            (int even, int odd) = (first + (first % 2), last - 1 + (last % 2));
            throw new StartupException($"rtp-ports: '{text}' must begin with an even port and end with an odd one; write {(even < odd ? $"{even}-{odd}" : "16384-24575")}");
        }

        return sip.FirstOrDefault(address => address.Port >= first && address.Port <= last) is { } inside
            ? throw new StartupException($"rtp-ports: '{text}' has the port of --sip {inside} in it; choose ranges apart")
            : new RtpPorts(first, last);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= LeastPort and <= ushort.MaxValue;
}
