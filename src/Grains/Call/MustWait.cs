using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>Matching to call: nobody is free for you now.</summary>
internal sealed record MustWait : GrainMessage
{
    private MustWait()
    {
    }

    public static MustWait Instance { get; } = new();
}
