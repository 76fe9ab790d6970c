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

    /// <summary>What is left of the buffer and the arrival behind it.</summary>
    public static ReadOnlySequence<byte> Join(ReadOnlySequence<byte> rest, ReadOnlyMemory<byte> added)
    {
        if (rest.End.GetObject() is not Segment last)
        {
            var only = new Segment(added, 0);
            return new ReadOnlySequence<byte>(only, 0, only, added.Length);
        }

        var next = new Segment(added, last.RunningIndex + last.Memory.Length);
        last.Next = next;
        return new ReadOnlySequence<byte>((Segment)rest.Start.GetObject()!, rest.Start.GetInteger(), next, added.Length);
    }
}
