namespace Routing.Mailbox.Remote;

/// <summary>Takes what a channel brings, one call after the other.</summary>
public interface ILinkHandler
{
    /// <summary>One whole frame, valid during the call. An exception ends the channel.</summary>
    void OnFrame(ReadOnlySpan<byte> frame);

    /// <summary>Last call: the channel broke or was disposed.</summary>
    void OnClosed(string reason);
}
