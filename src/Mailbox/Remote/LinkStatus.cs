namespace Routing.Mailbox.Remote;

/// <summary>A link to a silo at one moment, as the process tells it that keeps it.</summary>
/// <param name="Peer">Name of the silo, or its address as long as it was never reached.</param>
/// <param name="Purpose"><c>delivery</c> for inputs and effects, <c>reading</c> for snapshots and events.</param>
/// <param name="IsConnected">Open, proved on both sides, and in use.</param>
/// <param name="SilentMs">For how long nothing came from the silo; null while not connected. A silo that lives says something every half second.</param>
/// <param name="QueuedBytes">Waiting to be sent.</param>
/// <param name="UnansweredInputs">Inputs for domains that this silo owns, not answered yet; 0 for a link that carries none.</param>
/// <param name="ReconnectsCount">How often it was made again, since the start.</param>
/// <param name="RefusalsCount">How often the silo, or this side, refused to go on, since the start.</param>
public sealed record LinkStatus(string Peer, string Purpose, bool IsConnected, int? SilentMs, long QueuedBytes, long UnansweredInputs, long ReconnectsCount, long RefusalsCount);
