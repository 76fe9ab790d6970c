using Routing.Contracts.Ids;

namespace Routing.Contracts.Effects;

/// <summary>Answer the caller (200) with hold media: nobody is free, or the queue answers at once.</summary>
/// <param name="Call">Which call.</param>
/// <param name="Media">Name of the hold media; "tone" is the built-in one.</param>
public sealed record AnswerCaller(CallId Call, string Media) : Effect(Call);
