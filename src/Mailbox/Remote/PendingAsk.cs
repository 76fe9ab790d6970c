using Routing.Contracts.Ids;

namespace Routing.Mailbox.Remote;

/// <summary>A question until its answer; asked again over each new connection to the owner.</summary>
internal abstract class PendingAsk(long number, DomainId domain, LinkQuestion question, string text, long argument)
{
    public long Number { get; } = number;

    public DomainId Domain { get; } = domain;

    public abstract bool IsOver { get; }

    public void Send(ILinkChannel owner) => owner.Send(
        FrameWriter.Begin(LinkFrameKind.Ask).Number(Number).Text(Domain.Value).Number((long)question).Text(text).Number(argument).Written);

    /// <summary>Takes the rest of the answer's frame.</summary>
    public abstract void Found(ReadOnlySpan<byte> json);

    public abstract void Failed(Exception exception);
}
