using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>A gateway's session whose other end is the test: it sees what is sent and acknowledged, and replies when it likes.</summary>
internal sealed class HandSession : IGatewaySession
{
    public List<(Command Command, Action<CommandReply> Reply)> Sent { get; } = [];

    public List<(DomainId Domain, long Sequence)> Acknowledged { get; } = [];

    public bool IsClosed { get; private set; }

    public void Send(DomainId domain, Command command, Action<CommandReply> onReply) => Sent.Add((command, onReply));

    public void Acknowledge(DomainId domain, long sequence) => Acknowledged.Add((domain, sequence));

    public void Dispose() => IsClosed = true;
}
