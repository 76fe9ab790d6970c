using Routing.Contracts.Ids;

namespace Routing.Contracts.Effects;

/// <summary>The call is over: release media, ports and dialogs once their last transactions are done. The last effect of a call.</summary>
public sealed record ReleaseCall(CallId Call) : Effect(Call);
