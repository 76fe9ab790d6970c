namespace Routing.Micro.Decisions;

/// <summary>What a turn took: state change, choice, why-record, rows as bytes, events, effects.</summary>
/// <param name="Microseconds">Elapsed.</param>
/// <param name="Bytes">Allocated.</param>
/// <param name="Candidates">Agents and calls looked at.</param>
internal readonly record struct TurnMeasure(double Microseconds, long Bytes, int Candidates);
