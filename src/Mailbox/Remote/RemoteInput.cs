using Routing.Contracts.Commands;

namespace Routing.Mailbox.Remote;

/// <summary>One command on its way to the owner of its domain.</summary>
internal sealed class RemoteInput(Command command, string? idempotencyKey, Action<CommandReply> onReply, long sentTimestamp)
{
    public Command Command { get; } = command;

    public string? IdempotencyKey { get; } = idempotencyKey;

    public long SentTimestamp { get; } = sentTimestamp;

    public long Sequence { get; set; }

    /// <summary>An owner may have taken it.</summary>
    public bool WasSent { get; set; }

    /// <summary>Came before that of an earlier input, which was lost: kept until that one is answered.</summary>
    public CommandReply? Reply { get; set; }

    /// <summary>Calls the reply handler; it was taken out of its pipeline before, so this happens once.</summary>
    public void Answer(CommandReply reply, IMailboxLog log)
    {
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
