using Routing.Contracts.Ids;

namespace Routing.Mailbox.Delivery;

/// <summary>
/// The inputs of one sender that a domain took: the high-water mark, and for the last ones where the outcome is: a turn of the log (positive) or a dead letter (negative).
/// Inputs are taken in order without gaps, so everything up to the mark happened and nothing above it. Stored once a batch.
/// </summary>
public sealed class SenderWindow
{
    /// <summary>A sender may have this many inputs unanswered; at least as many as a batch can hold.</summary>
    public const int SizeInputs = 1024;

    private const int Mask = SizeInputs - 1;

    private readonly long[] _outcomes = new long[SizeInputs];
    private byte[] _packed = [];
    private int _count;

    public SenderWindow(SenderId sender, long incarnation)
    {
        Sender = sender;
        Incarnation = incarnation;
    }

    public SenderId Sender { get; }

    public long Incarnation { get; private set; }

    /// <summary>Number of the last input taken.</summary>
    public long High { get; private set; }

    /// <summary>Changed since it was packed last.</summary>
    public bool IsChanged { get; private set; }

    public static SenderWindow Unpack(SenderMark mark)
    {
        SenderWindow window = new(mark.Sender, mark.Incarnation) { High = mark.High };
        ReadOnlySpan<byte> from = mark.Window.Span;
        long outcome = 0;
        for (long sequence = mark.High; !from.IsEmpty; sequence--)
        {
            outcome -= Varint.UnZigZag(Varint.Read(ref from));
            window._outcomes[sequence & Mask] = outcome;
            window._count++;
        }

        return window;
    }

    /// <summary>Notes the outcome of the next input.</summary>
    public void Add(long outcome)
    {
        High++;
        _outcomes[High & Mask] = outcome;
        _count = Math.Min(_count + 1, SizeInputs);
        IsChanged = true;
    }

    /// <summary>Where the outcome of an input at or below the mark is; 0 when it is out of the window.</summary>
    public long OutcomeOf(long sequence) => sequence > High - _count && sequence <= High ? _outcomes[sequence & Mask] : 0;

    /// <summary>A new life of the sender: it starts at 1, and the outcomes of the old one are of no use to anybody.</summary>
    public void Restart(long incarnation)
    {
        Incarnation = incarnation;
        High = 0;
        _count = 0;
        IsChanged = true;
    }

    /// <summary>The mark to store. Its bytes are valid until the next call.</summary>
    public SenderMark Pack()
    {
        if (_packed.Length == 0)
        {
            _packed = new byte[SizeInputs * Varint.MaxBytes];
        }

        int length = 0;
        long previous = 0;
        for (int i = 0; i < _count; i++)
        {
            long outcome = _outcomes[(High - i) & Mask];
            length += Varint.Write(_packed.AsSpan(length), Varint.ZigZag(previous - outcome));
            previous = outcome;
        }

        IsChanged = false;
        return new SenderMark(Sender, Incarnation, High, _packed.AsMemory(0, length));
    }
}
