namespace Routing.Mailbox.Remote;

/// <summary>A process that is linked to a silo, or was lately, as the silo tells it.</summary>
/// <param name="Client">Name of the gateway, or <c>silo:</c> and the silo's; it has proved that it knows the cluster's key.</param>
/// <param name="ConnectionsCount">Open now; a live client has two.</param>
/// <param name="SilentMs">For how long nothing came over the connection that is silent for longest; null without any.</param>
/// <param name="QueuedBytes">Waiting to be sent, over all of its connections.</param>
/// <param name="UnansweredInputs">Taken from it, and not answered yet.</param>
/// <param name="ConnectsCount">How often a connection of it was let in.</param>
public sealed record LinkClientStatus(string Client, int ConnectionsCount, int? SilentMs, long QueuedBytes, long UnansweredInputs, long ConnectsCount);
