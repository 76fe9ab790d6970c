using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>A ring of a queue: from which wait on whose agents may take its calls. The first has the needs of the queue itself.</summary>
internal sealed record RingPlan(int AfterMs, NeedClass Class, AgentPool Pool);
