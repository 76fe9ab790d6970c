using Routing.Contracts.Commands;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Hosting;

/// <summary>A gateway's connection to the domains. Never blocks.</summary>
public interface IGatewaySession : IDisposable
{
    /// <summary>
    /// Sends a command. <paramref name="onReply"/> is called exactly once, on a thread of the host, in order of sending per domain, after the commit of its turn and
    /// before the effects of that turn are delivered; or with <see cref="ReplyCode.Unavailable"/> when the input was not taken (limits, shutdown) or the store did
    /// not answer for 2 s: then it may have happened, the detail says so, and it can be repeated since every command is idempotent.
    /// </summary>
    void Send(DomainId domain, Command command, Action<CommandReply> onReply);

    /// <summary>Acknowledges all effects up to this sequence: carried out, or no longer needed. They are not sent again.</summary>
    void Acknowledge(DomainId domain, long sequence);
}
