namespace Routing.Simulation.World;

/// <summary>How a phone stands to an offer that it was rung for. It keeps this when the gateway dies.</summary>
internal enum PhoneLegState
{
    Ringing,
    PickedUp,
    Refused,
    Talking,
}
