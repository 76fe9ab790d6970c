using Routing.Contracts.Configuration;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>A configured queue with its place in matching.</summary>
/// <param name="Configuration">As configured.</param>
/// <param name="Class">What its calls need.</param>
/// <param name="Pool">Who may serve them.</param>
/// <param name="ReserveMask">The reserves that name it.</param>
internal sealed record QueuePlan(QueueConfiguration Configuration, NeedClass Class, AgentPool Pool, uint ReserveMask);
