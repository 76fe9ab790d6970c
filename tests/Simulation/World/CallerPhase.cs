namespace Routing.Simulation.World;

/// <summary>What a caller hears.</summary>
internal enum CallerPhase
{
    Dialling,
    Ringing,
    OnHold,
    Talking,
    Gone,
}
