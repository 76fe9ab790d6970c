namespace Routing.Gateway.Feeds;

/// <summary>Something that changes, linked into a <see cref="ChangeList"/> by when it last did.</summary>
internal abstract class Tracked
{
    /// <summary>Sequence of the turn that changed it last.</summary>
    public long Version { get; set; }

    public Tracked? Older { get; set; }

    public Tracked? Newer { get; set; }
}
