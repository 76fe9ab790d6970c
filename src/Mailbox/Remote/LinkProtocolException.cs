namespace Routing.Mailbox.Remote;

/// <summary>The other side of a link said something that is not in the protocol, or could not prove that it belongs to the cluster. The connection ends.</summary>
public sealed class LinkProtocolException : Exception
{
    public LinkProtocolException()
    {
    }

    public LinkProtocolException(string message)
        : base(message)
    {
    }

    public LinkProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
