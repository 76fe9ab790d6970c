namespace Routing.Mailbox.Remote;

/// <summary>Opens channels to silos.</summary>
public interface ILinkDialer
{
    /// <summary>Connects, and gives frames to the handler from then on, perhaps before it returns.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody listens there, or not in time.</exception>
    Task<ILinkChannel> DialAsync(string silo, ILinkHandler handler, CancellationToken cancellationToken);
}
