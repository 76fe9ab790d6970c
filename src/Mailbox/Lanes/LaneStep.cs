namespace Routing.Mailbox.Lanes;

/// <summary>What one step of a lane did and when the next one is needed if no input comes before.</summary>
/// <param name="DidWork">Something was taken, committed or released: call again at once.</param>
/// <param name="WakeInMs">Milliseconds until the next timer, heartbeat or retry; 0 when it is due now.</param>
public readonly record struct LaneStep(bool DidWork, int WakeInMs);
