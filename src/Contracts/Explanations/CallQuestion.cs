using Routing.Contracts.Ids;

namespace Routing.Contracts.Explanations;

/// <summary>Why is this call still waiting? Answered by a <see cref="CallExplanation"/>, or nothing when no such call lives.</summary>
public sealed record CallQuestion(CallId Call) : Question;
