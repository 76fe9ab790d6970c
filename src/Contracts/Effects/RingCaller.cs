using Routing.Contracts.Ids;

namespace Routing.Contracts.Effects;

/// <summary>An agent's phone rings: tell the caller (180), unless the caller is answered already.</summary>
public sealed record RingCaller(CallId Call) : Effect(Call);
