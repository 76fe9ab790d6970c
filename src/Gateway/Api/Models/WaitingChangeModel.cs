namespace Routing.Gateway.Api.Models;

/// <summary>A queue whose rules change under calls that wait in it.</summary>
public sealed record WaitingChangeModel
{
    /// <summary>Id of the queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Calls that wait in it, ringing included.</summary>
    public required int Calls { get; init; }

    /// <summary>The settings that change, by the keys of a file.</summary>
    public required IReadOnlyList<string> Keys { get; init; }
}
