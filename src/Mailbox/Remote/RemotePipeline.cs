using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Remote;

/// <summary>
/// The inputs of one sender to one domain: numbered densely from 1, kept until answered, answered in order, and repeated to each new owner. The domain knows by the number what
/// it took already and gives the stored outcome.
/// <para>An input that was given up leaves no gap: what remains is numbered anew under the next incarnation. What of it had been taken under the old number is then taken twice, which
/// commands allow; it happens after an outage of seconds only.</para>
/// Not thread-safe: the host's lock guards it.
/// </summary>
internal sealed class RemotePipeline(DomainId domain, SenderId sender, long incarnation, RemoteHostOptions options, TimeProvider time)
{
    private readonly LinkedList<RemoteInput> _unanswered = [];
    private long _incarnation = SenderIncarnation.Of(incarnation);
    private long _next = 1;
    private long _sentTo;
    private long _repeatAtTimestamp;
    private long _repeatFrom;
    private bool _mustRepeat;

    public DomainId Domain { get; } = domain;

    public SenderId Sender { get; } = sender;

    /// <summary>Of the sender whose inputs these are.</summary>
    public long Life { get; } = incarnation;

    /// <summary>Inputs that wait for their answer.</summary>
    public int UnansweredCount => _unanswered.Count;

    /// <summary>Takes an input and sends it when there is an owner. False when too many wait: then it was not taken.</summary>
    public bool Add(RemoteInput input, ILinkChannel? owner)
    {
        if (_unanswered.Count >= options.UnansweredLimitInputs)
        {
            return false;
        }

        input.Sequence = _next++;
        _unanswered.AddLast(input);
        SendOn(owner);
        return true;
    }

    /// <summary>A new owner, or a new way to it: everything that has no answer goes out again, in order.</summary>
    public void Repeat(ILinkChannel? owner)
    {
        _mustRepeat = false;
        _sentTo = 0;
        SendOn(owner);
    }

    /// <summary>The store was brought back from a copy, which knows fewer numbers than were given: they would be waited for.</summary>
    public void StartOver() => NumberAnew();

    /// <summary>An answer came. Adds what can be answered now, in the order of sending.</summary>
    public void OnReply(long ofIncarnation, long sequence, CommandReply reply, ILinkChannel? owner, List<(RemoteInput Input, CommandReply Reply)> answers)
    {
        if (ofIncarnation != _incarnation || Find(sequence) is not { } input)
        {
            // Answered before, or numbered anew.
            return;
        }

        if (reply.Code != ReplyCode.Unavailable)
        {
            input.Reply = reply;
        }
        else if (Age(input) >= options.AnswerLimitMs - options.TickMs)
        {
            GiveUp(reply, options.AnswerLimitMs - options.TickMs, answers);
            return;
        }

        TakeAnswered(answers);
        SendOn(owner);
        if (_unanswered.Count > 0 && _unanswered.First!.Value.Sequence <= sequence && !_mustRepeat)
        {
            // Refused: from there on everything again, a little later; what stands before it was taken. Or the answer of an earlier one was lost on the way.
            _repeatFrom = reply.Code == ReplyCode.Unavailable ? sequence - 1 : 0;
            _mustRepeat = true;
            _repeatAtTimestamp = time.GetTimestamp();
        }
    }

    /// <summary>Looks at what waits. Adds what is given up.</summary>
    public void Tick(ILinkChannel? owner, List<(RemoteInput Input, CommandReply Reply)> answers)
    {
        int limitMs = owner is null ? options.AnswerLimitMs : options.OverloadLimitMs;
        if (_unanswered.First is { } first && Age(first.Value) >= limitMs)
        {
            string why = owner is null
                ? $"No silo that owns domain '{Domain}' can be reached: whether the command happened is unknown; repeat it."
                : $"The silo that owns domain '{Domain}' did not answer in time: whether the command happened is unknown; repeat it.";
            GiveUp(new CommandReply(ReplyCode.Unavailable, why) { MayHaveHappened = true }, limitMs, answers);
            Repeat(owner);
        }
        else if (!_mustRepeat)
        {
            // A link that was full takes more.
            SendOn(owner);
        }
        else if (time.GetElapsedTime(_repeatAtTimestamp).TotalMilliseconds >= options.TickMs)
        {
            _mustRepeat = false;
            _sentTo = Math.Min(_sentTo, _repeatFrom);
            SendOn(owner);
        }
    }

    /// <summary>The process ends: nothing more is awaited.</summary>
    public void Close(List<(RemoteInput Input, CommandReply Reply)> answers) => GiveUp(new CommandReply(ReplyCode.Unavailable, "The gateway's process ends.") { MayHaveHappened = true }, 0, answers);

    private void GiveUp(CommandReply reply, int ageMs, List<(RemoteInput Input, CommandReply Reply)> answers)
    {
        while (_unanswered.First is { } first && (first.Value.Reply is not null || Age(first.Value) >= ageMs))
        {
            // One that was sent may have been taken, whatever was said to its repeat.
            Answer(first, first.Value.Reply ?? reply with { MayHaveHappened = reply.MayHaveHappened || first.Value.WasSent }, answers);
        }

        // Numbers that were given up must not be waited for.
        NumberAnew();
        _repeatFrom = 0;
        _mustRepeat = _unanswered.Count > 0;
        _repeatAtTimestamp = time.GetTimestamp();
    }

    /// <summary>A new life, which the domain counts from 1.</summary>
    private void NumberAnew()
    {
        _incarnation++;
        _next = 1;
        _sentTo = 0;
        foreach (RemoteInput input in _unanswered)
        {
            // Those that have their reply wait for an earlier one, and need no number.
            input.Sequence = input.Reply is null ? _next++ : _next - 1;
        }
    }

    private void TakeAnswered(List<(RemoteInput Input, CommandReply Reply)> answers)
    {
        while (_unanswered.First is { Value.Reply: { } reply } first)
        {
            Answer(first, reply, answers);
        }
    }

    private void Answer(LinkedListNode<RemoteInput> node, CommandReply reply, List<(RemoteInput Input, CommandReply Reply)> answers)
    {
        _unanswered.Remove(node);
        answers.Add((node.Value, reply));
    }

    /// <summary>Sends what was not sent to this owner, as far as the domain remembers outcomes.</summary>
    private void SendOn(ILinkChannel? owner)
    {
        if (owner is null || _mustRepeat || _unanswered.First is not { } first || _sentTo + 1 >= _next)
        {
            return;
        }

        long to = Math.Min(_next - 1, first.Value.Sequence + SenderWindow.SizeInputs - 1);
        if (to <= _sentTo)
        {
            return;
        }

        // New ones stand at the end: from there back to the first that was not sent.
        LinkedListNode<RemoteInput>? node = _unanswered.Last;
        while (node!.Previous is { } previous && previous.Value.Sequence > _sentTo)
        {
            node = previous;
        }

        for (; node is not null && node.Value.Sequence <= to; node = node.Next)
        {
            if (node.Value.Reply is null)
            {
                if (!Send(node.Value, owner))
                {
                    return;
                }

                node.Value.WasSent = true;
            }

            _sentTo = node.Value.Sequence;
        }
    }

    private RemoteInput? Find(long sequence)
    {
        for (LinkedListNode<RemoteInput>? node = _unanswered.First; node is not null && node.Value.Sequence <= sequence; node = node.Next)
        {
            if (node.Value.Sequence == sequence)
            {
                return node.Value;
            }
        }

        return null;
    }

    private double Age(RemoteInput input) => time.GetElapsedTime(input.SentTimestamp).TotalMilliseconds;

    private bool Send(RemoteInput input, ILinkChannel owner) => owner.HasRoom && owner.Send(
        FrameWriter.Begin(LinkFrameKind.Input).Text(Domain.Value).Text(Sender.Value).Number(_incarnation).Number(input.Sequence).Text(input.IdempotencyKey ?? string.Empty)
            .Json(input.Command, ContractsJson.Default.Command).Written);
}
