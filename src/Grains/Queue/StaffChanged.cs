using Routing.Grains.Domain;

namespace Routing.Grains.Queue;

/// <summary>Staffing to queue: somebody is there now where nobody was, or the other way round.</summary>
internal sealed record StaffChanged : GrainMessage
{
    private StaffChanged()
    {
    }

    public static StaffChanged Instance { get; } = new();
}
