using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Either way: what <see cref="CheckSeek"/> or <see cref="CheckGuest"/> asked about is on. Nothing changes by it but that its sender was heard.</summary>
public sealed record SeekStands(CallId Call, int Attempt) : PeerMessage(Call, Attempt);
