namespace Routing.Contracts.Views;

public enum CallState
{
    /// <summary>In a queue, nobody rung.</summary>
    Waiting,

    /// <summary>In a queue, at least one agent is rung. Still counted as waiting.</summary>
    Ringing,

    Talking,
    Ended,
}
