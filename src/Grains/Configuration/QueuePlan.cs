using Routing.Contracts.Configuration;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>A configured queue with its place in matching.</summary>
internal sealed record QueuePlan(QueueConfiguration Configuration, NeedClass Class, AgentPool Pool);
