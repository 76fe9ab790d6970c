using Routing.Grains.Domain;

namespace Routing.Grains.Agent;

/// <summary>Matching to agent: your last phone expired before its timer fired.</summary>
internal sealed record PhonesExpired : GrainMessage
{
    private PhonesExpired()
    {
    }

    public static PhonesExpired Instance { get; } = new();
}
