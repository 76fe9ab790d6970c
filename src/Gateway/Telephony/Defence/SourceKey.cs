using System.Buffers.Binary;
using System.Net;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Defence;

/// <summary>A source by value: two halves of its address as IPv6, and on loopback the port, 0 elsewhere.</summary>
internal readonly record struct SourceKey(ulong High, ulong Low, int Port)
{
    private const int AddressBytes = 16;

    public static SourceKey Of(IPEndPoint source)
    {
        bool isLoopback = IPAddress.IsLoopback(source.Address);
        IPAddress address = SourceAddress.Of(source.Address);
        Span<byte> bytes = stackalloc byte[AddressBytes];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        return new SourceKey(
            BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]), isLoopback ? source.Port : 0);
    }
}
