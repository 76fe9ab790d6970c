using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Remote;

/// <summary>
/// Puts the reply and the effects of one turn into one frame, so that the gateway hears them in one piece though several lanes send over the same link. Each lane's thread has a buffer of its own.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A lane may be inside a turn when the link ends: the finalizer frees what the threads hold.")]
internal sealed class LinkTurns(ILinkChannel channel)
{
    /// <summary>Of one turn's effects in one frame; what is more comes after the turn.</summary>
    private const int TurnLimitBytes = 8 << 20;

    private readonly ThreadLocal<Buffer> _ofThread = new(() => new Buffer());

    /// <summary>Effects may be added now; else they are kept back and sent later.</summary>
    public bool HasRoom => channel.HasRoom && _ofThread.Value!.Frames.WrittenCount <= TurnLimitBytes;

    /// <summary>Sends a frame, or keeps it until the end of this thread's turn. False when the link takes nothing.</summary>
    public bool Send(ReadOnlySpan<byte> frame)
    {
        Buffer buffer = _ofThread.Value!;
        if (!buffer.IsOpen)
        {
            return channel.Send(frame);
        }

        buffer.Count++;
        Varint.Write(buffer.Frames, (ulong)frame.Length);
        buffer.Frames.Write(frame);
        return true;
    }

    public void Begin() => _ofThread.Value!.IsOpen = true;

    public void End()
    {
        Buffer buffer = _ofThread.Value!;
        buffer.IsOpen = false;
        if (buffer.Count == 0)
        {
            return;
        }

        FrameWriter frame = FrameWriter.Begin(LinkFrameKind.Turn).Number(buffer.Count).Raw(buffer.Frames.WrittenSpan);
        buffer.Count = 0;
        buffer.Frames.ResetWrittenCount();
        if (!channel.Send(frame.Written))
        {
            // The lane takes these effects for sent: only a new link, which gets all that is not acknowledged, puts that right.
            channel.Dispose();
        }
    }

    private sealed class Buffer
    {
        public ArrayBufferWriter<byte> Frames { get; } = new(1_024);

        public int Count { get; set; }

        public bool IsOpen { get; set; }
    }
}
