using Routing.Contracts.Commands;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Delivery;

/// <summary>One input on its way through a lane. Answered exactly once, whoever comes first: the commit, a limit, or the end of waiting.</summary>
public sealed class LaneInput(DomainId domain, SenderId sender, long incarnation, Command command, Action<CommandReply> onReply)
{
    private int _answered;

    public DomainId Domain { get; } = domain;

    public SenderId Sender { get; } = sender;

    /// <summary>Life of the sender; 0 for the host's own inputs, whose sender lives as long as the process.</summary>
    public long Incarnation { get; internal set; } = incarnation;

    /// <summary>
    /// Number of the input, dense per sender and domain from 1. 0 lets the lane give the next number when it takes the input: right for
    /// a sender in the same process, which never repeats. One on another host numbers itself and repeats until it is answered.
    /// </summary>
    public long Sequence { get; set; }

    public Command Command { get; } = command;

    public string? IdempotencyKey { get; init; }

    /// <summary>When it was posted, by the lane's monotonic clock.</summary>
    internal long PostedTimestamp { get; set; }

    /// <summary>The lane gave the number: it may give another one when the batch comes to nothing.</summary>
    internal bool IsNumberedByLane { get; set; }

    /// <summary>What the lane itself failed with when it ran this input: it is put aside without being looked at again. Null otherwise.</summary>
    internal Exception? Fault { get; set; }

    internal LaneInput? Previous { get; set; }

    internal LaneInput? Next { get; set; }

    internal bool IsLinked { get; set; }

    /// <summary>
    /// The answer is that the domain is not here, or no more: the input was certainly not taken here, and its sender gives it to the next owner under the same number. Set before the answer is given.
    /// </summary>
    internal bool IsElsewhere { get; private set; }

    internal bool IsAnswered => Volatile.Read(ref _answered) != 0;

    /// <summary>Answers that another silo has, or will have, the domain.</summary>
    internal void AnswerElsewhere(IMailboxLog log)
    {
        IsElsewhere = true;
        Answer(new CommandReply(ReplyCode.Unavailable, $"Domain '{Domain}' is not served here."), log);
    }

    /// <summary>Calls the reply handler unless somebody did before.</summary>
    internal void Answer(CommandReply reply, IMailboxLog log)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
        {
            return;
        }

        try
        {
            onReply(reply);
        }
        catch (Exception exception)
        {
            log.HandlerFailed("reply", exception);
        }
    }
}
