namespace Routing.Gateway.Feeds;

/// <summary>
/// All tracked things, least recently changed first. A reader who knows everything up to a version finds what changed since by walking back from the newest:
/// the work is the number of things that changed, however many changes there were, and no reader needs a buffer of its own. Not thread-safe.
/// </summary>
internal sealed class ChangeList
{
    private Tracked? _oldest;

    public Tracked? Newest { get; private set; }

    /// <summary>Notes a change; versions never go back.</summary>
    public void Touch(Tracked item, long version)
    {
        item.Version = version;
        if (ReferenceEquals(Newest, item))
        {
            return;
        }

        Remove(item);
        item.Older = Newest;
        if (Newest is not null)
        {
            Newest.Newer = item;
        }

        Newest = item;
        _oldest ??= item;
    }

    public void Remove(Tracked item)
    {
        if (item.Older is not null)
        {
            item.Older.Newer = item.Newer;
        }
        else if (ReferenceEquals(_oldest, item))
        {
            _oldest = item.Newer;
        }

        if (item.Newer is not null)
        {
            item.Newer.Older = item.Older;
        }
        else if (ReferenceEquals(Newest, item))
        {
            Newest = item.Older;
        }

        item.Older = null;
        item.Newer = null;
    }
}
