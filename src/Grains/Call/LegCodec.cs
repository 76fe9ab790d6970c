using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>A leg's row: the gateway's opaque bytes in a versioned record.</summary>
internal static class LegCodec
{
    public static byte[] Write(LegState leg, RecordWriter writer)
    {
        writer.Start(1);
        writer.Bytes(2, leg.State.Span);
        return writer.ToArray();
    }

    public static LegState Read(LegId leg, ReadOnlyMemory<byte> bytes)
    {
        byte[] state = [];
        UnknownFields unread = default;
        RecordReader reader = new(bytes.Span);
        while (reader.Next())
        {
            if (reader.Field == 2)
            {
                state = reader.Bytes().ToArray();
            }
            else
            {
                reader.Keep(ref unread);
            }
        }

        return new LegState(leg, state);
    }
}
