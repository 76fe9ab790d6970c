namespace Routing.Mailbox.Remote;

/// <summary>A silo does not serve this client, and says why: dialling again soon changes nothing.</summary>
internal sealed class LinkRefusedException(LinkRefusal refusal, string message) : Exception(message)
{
    public LinkRefusal Refusal { get; } = refusal;
}
