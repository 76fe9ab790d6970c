using System.Buffers;

namespace Routing.Sip.Tests.Parsing;

/// <summary>Bytes as they come from a socket: one segment an arrival.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    private Segment(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    public static ReadOnlySequence<byte> Join(ReadOnlySequence<byte> rest, ReadOnlyMemory<byte> added)
    {
        Segment? first = null;
        Segment? last = null;
        foreach (var memory in rest)
        {
            last = Append(last, memory);
            first ??= last;
        }

        last = Append(last, added);
        return new ReadOnlySequence<byte>(first ?? last, 0, last, last.Memory.Length);
    }

    private static Segment Append(Segment? last, ReadOnlyMemory<byte> memory)
    {
        var next = new Segment(memory, last is null ? 0 : last.RunningIndex + last.Memory.Length);
        if (last is not null)
        {
            last.Next = next;
        }

        return next;
    }
}
