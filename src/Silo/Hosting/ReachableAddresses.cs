using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Routing.Silo.Hosting;

/// <summary>What a person may type to reach this process: the advertised host, the listening address, or, when it listens everywhere, an address of this machine.</summary>
internal static class ReachableAddresses
{
    /// <summary>HOST:PORT of each SIP address.</summary>
    public static IReadOnlyList<string> Of(SiloSettings settings) =>
        [.. settings.Sip.Select((address, index) => settings.Advertise.ElementAtOrDefault(index) is { } advertised ? $"{advertised.Host}:{address.Port}" : Of(address).ToString())];

    /// <summary>The address itself, or the first of this machine's that is not loopback.</summary>
    public static IPEndPoint Of(IPEndPoint listening)
    {
        if (!listening.Address.Equals(IPAddress.Any) && !listening.Address.Equals(IPAddress.IPv6Any))
        {
            return listening;
        }

        AddressFamily family = listening.AddressFamily;
        IPAddress? own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == family && !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal);
        return new IPEndPoint(own ?? (family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback), listening.Port);
    }
}
