using Routing.Contracts.Views;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>The stored form of a timeline entry, also its form in memory: it is written once and only read for people.</summary>
internal static class TimelineCodec
{
    public static byte[] Write(TimelineEntry entry, RecordWriter writer)
    {
        writer.Start(1);
        writer.Number(2, entry.AtMs);
        writer.Text(3, entry.Kind);
        writer.Text(4, entry.Text);
        return writer.ToArray();
    }

    public static TimelineEntry Read(ReadOnlySpan<byte> bytes)
    {
        TimelineEntry entry = new(0, string.Empty, string.Empty);
        UnknownFields unread = default;
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: entry = entry with { AtMs = reader.Number() }; break;
                case 3: entry = entry with { Kind = reader.Text() }; break;
                case 4: entry = entry with { Text = reader.Text() }; break;
                default: reader.Keep(ref unread); break;
            }
        }

        return entry;
    }
}
