namespace Routing.Mailbox;

/// <summary>A store could not do what was asked. <see cref="Failure"/> says why; nothing was changed by a call that throws it.</summary>
public class StoreException : Exception
{
    public StoreException(StoreFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    public StoreFailure Failure { get; }

    /// <summary>Nothing is wrong with what was asked: a server that cannot be reached, or lets nobody in at the moment. The same may work later, without anybody changing it.</summary>
    public bool IsPassing { get; init; }
}
