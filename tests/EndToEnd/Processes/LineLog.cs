namespace Routing.EndToEnd.Processes;

/// <summary>Lines of a stream as they come, with waiters for a text in them.</summary>
internal sealed class LineLog
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Text, TaskCompletionSource<string> Waiter)> _waiters = [];

    public void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Add(line);
            _waiters.RemoveAll(entry => line.Contains(entry.Text, StringComparison.Ordinal) && entry.Waiter.TrySetResult(line));
        }
    }

    /// <summary>Completes with the first line that has the text.</summary>
    public Task<string> FirstAsync(string text)
    {
        lock (_gate)
        {
            if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } known)
            {
                return Task.FromResult(known);
            }

            // Continuations must not run under the lock, on the thread that reads the stream.
            var waiter = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((text, waiter));
            return waiter.Task;
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return string.Join('\n', _lines);
        }
    }
}
