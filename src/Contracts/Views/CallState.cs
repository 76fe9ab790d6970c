namespace Routing.Contracts.Views;

public enum CallState
{
    /// <summary>In a queue, nobody rung.</summary>
    Waiting,

    /// <summary>In a queue, at least one agent is rung. Still counted as waiting.</summary>
    Ringing,

    Talking,
    Ended,

    /// <summary>In no queue any more: it hears an announcement and ends with it. Last, since stored calls have the number of their state.</summary>
    Announcing,
}
