namespace Routing.Mailbox.Remote;

/// <summary>Carries frames in both directions, in order, until it breaks. All members may be called from any thread and never block.</summary>
public interface ILinkChannel : IDisposable
{
    /// <summary>Who is on the other side, for messages.</summary>
    string Peer { get; }

    /// <summary>For how long nothing came from the other side.</summary>
    int SilentMs { get; }

    /// <summary>Bytes that wait to be sent: taken, and not given to the system yet.</summary>
    int QueuedBytes { get; }

    /// <summary>Little enough waits to be sent that bulk may be added: what can be kept back is kept back without.</summary>
    bool HasRoom { get; }

    /// <summary>Completes once <see cref="HasRoom"/>, or when the channel is closed.</summary>
    Task RoomAsync();

    /// <summary>The other side proved who it is: its frames may be as large as answers are, and it may stay.</summary>
    void Trust();

    /// <summary>Takes a copy of one frame. False when the channel is closed or far too much waits to be sent already: then nothing of it is sent.</summary>
    bool Send(ReadOnlySpan<byte> frame);

    /// <summary>Sends what waits, takes nothing more, and closes.</summary>
    void End();
}
