using System.Buffers.Binary;

namespace Routing.Sip.Rtp;

/// <summary>The fixed header of RTP (RFC 3550 §5.1), without contributing sources or extensions when written.</summary>
/// <param name="Marker">First packet of a talk spurt (RFC 3551 §4.1).</param>
/// <param name="PayloadType">0–127.</param>
/// <param name="SequenceNumber">One more for each packet, wraps.</param>
/// <param name="Timestamp">Sampling instant of the first sample, in samples, wraps.</param>
/// <param name="Ssrc">Identity of the source.</param>
public readonly record struct RtpPacket(bool Marker, byte PayloadType, ushort SequenceNumber, uint Timestamp, uint Ssrc)
{
    /// <summary>Bytes of the fixed header.</summary>
    public const int HeaderBytes = 12;

    private const int Version = 2;

    /// <summary>Writes the header to the first 12 bytes of <paramref name="destination"/>.</summary>
    public void WriteHeader(Span<byte> destination)
    {
        destination[0] = Version << 6;
        destination[1] = (byte)((Marker ? 0x80 : 0) | PayloadType);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], SequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Ssrc);
    }

    /// <summary>Reads a packet and finds its payload: contributing sources, a header extension and padding are skipped.</summary>
    /// <returns>False when this is no RTP of version 2 or it is cut short.</returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out RtpPacket packet, out ReadOnlySpan<byte> payload)
    {
        packet = default;
        payload = default;
        if (datagram.Length < HeaderBytes || datagram[0] >> 6 != Version)
        {
            return false;
        }

        int start = HeaderBytes + ((datagram[0] & 0x0F) * 4);
        if ((datagram[0] & 0x10) != 0)
        {
            if (datagram.Length < start + 4)
            {
                return false;
            }

            start += 4 + (BinaryPrimitives.ReadUInt16BigEndian(datagram[(start + 2)..]) * 4);
        }

        int paddingBytes = (datagram[0] & 0x20) != 0 ? datagram[^1] : 0;
        if (datagram.Length - paddingBytes < start)
        {
            return false;
        }

        packet = new RtpPacket(
            (datagram[1] & 0x80) != 0,
            (byte)(datagram[1] & 0x7F),
            BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]));
        payload = datagram[start..(datagram.Length - paddingBytes)];
        return true;
    }
}
