using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>Agent to a call that waits for this agent alone: see whether it still should.</summary>
internal sealed record HoldCheck : GrainMessage
{
    private HoldCheck()
    {
    }

    public static HoldCheck Instance { get; } = new();
}
