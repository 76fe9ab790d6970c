using Routing.Contracts.Ids;

namespace Routing.Contracts.Configuration;

/// <summary>A queue whose rules change under calls that wait in it.</summary>
/// <param name="Queue">Where they wait.</param>
/// <param name="CallsCount">How many.</param>
/// <param name="Keys">The settings that change, by the keys of a file: <c>timeout</c>, <c>needs</c>.</param>
public sealed record WaitingChange(QueueId Queue, int CallsCount, IReadOnlyList<string> Keys);
