using System.Buffers;

namespace Routing.Mailbox.Delivery;

/// <summary>Integers of 1 to 10 bytes, 7 bits a byte, low ones first; signed ones zigzag.</summary>
internal static class Varint
{
    public const int MaxBytes = 10;

    public static int Write(Span<byte> to, ulong value)
    {
        int at = 0;
        while (value >= 0x80)
        {
            to[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[at++] = (byte)value;
        return at;
    }

    public static void Write(IBufferWriter<byte> to, ulong value) => to.Advance(Write(to.GetSpan(MaxBytes), value));

    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <exception cref="StoreException">The bytes end inside the number: a damaged record.</exception>
    public static ulong Read(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (int at = 0, shift = 0; at < from.Length && at < MaxBytes; at++, shift += 7)
        {
            byte b = from[at];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                from = from[(at + 1)..];
                return value;
            }
        }

        throw new StoreException(StoreFailure.Corrupt, "A stored number is cut off.");
    }
}
