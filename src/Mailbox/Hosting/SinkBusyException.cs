namespace Routing.Mailbox.Hosting;

/// <summary>A sink takes nothing just now, and will later: what it refused is given to it again. No failure, so nobody is told.</summary>
public sealed class SinkBusyException : Exception
{
    public SinkBusyException()
    {
    }

    public SinkBusyException(string message)
        : base(message)
    {
    }

    public SinkBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
