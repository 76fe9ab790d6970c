using Routing.Contracts.Ids;

namespace Routing.Contracts.Explanations;

/// <summary>Why is this agent idle? Answered by an <see cref="AgentExplanation"/>, or nothing when there is no such agent.</summary>
public sealed record AgentQuestion(AgentId Agent) : Question;
