using System.Net;

namespace Routing.Gateway.Telephony;

/// <summary>What a gateway of a cluster shares with the others, so that each can ring phones that are registered at another.</summary>
/// <param name="Key">Derived from the cluster's secret, the same at every gateway, at least <see cref="KeyedIds.KeyMinBytes"/> bytes: signs flow tokens and nonces.</param>
/// <param name="Address">Where the others send requests for phones of this gateway: one of its listening points, over UDP and TCP. Null when it cannot be reached by them; phones registered
/// here are then rung at their Contact.</param>
public sealed record ClusterSip(ReadOnlyMemory<byte> Key, IPEndPoint? Address);
