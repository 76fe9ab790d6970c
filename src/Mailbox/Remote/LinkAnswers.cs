namespace Routing.Mailbox.Remote;

/// <summary>Sends answers one after the other, each once the link has room: they may be tens of MiB, and asking for many of them at once must not close the link.</summary>
internal sealed class LinkAnswers(ILinkChannel channel)
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _waiting = [];
    private bool _isRunning;

    public void Add(Action send)
    {
        lock (_gate)
        {
            _waiting.Enqueue(send);
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _ = RunAsync();
    }

    /// <summary>Never throws: what is sent to a closed link goes nowhere.</summary>
    private async Task RunAsync()
    {
        while (Next() is { } send)
        {
            await channel.RoomAsync().ConfigureAwait(false);
            send();
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            _isRunning = _waiting.TryDequeue(out Action? next);
            return next;
        }
    }
}
