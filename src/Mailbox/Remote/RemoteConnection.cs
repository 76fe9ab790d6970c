namespace Routing.Mailbox.Remote;

/// <summary>One link to a silo, made again for ever: dialling, proving, then carrying frames until it breaks.</summary>
internal sealed class RemoteConnection(
    RemoteHost host, RemoteSilos silos, RemoteSilo silo, string purpose, RemoteHostOptions options, ILinkDialer dialer, TimeProvider time, IMailboxLog log) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private RemoteAttempt? _attempt;
    private ITimer? _retry;
    private string? _toldReason;
    private int _failures;
    private long _readyTimestamp;
    private long _readies;
    private long _refusals;
    private string? _name;

    /// <summary>Open, proved on both sides, and its silo said what it owns; null otherwise.</summary>
    public ILinkChannel? Channel => Volatile.Read(ref _attempt)?.Ready;

    /// <summary>Of the link, that both sides speak; 0 before they agreed.</summary>
    public long Version => Volatile.Read(ref _attempt)?.Version ?? 0;

    /// <summary>For how long <see cref="Channel"/> is there; 0 when it is not.</summary>
    public long ReadyForMs => Channel is null ? 0 : (long)time.GetElapsedTime(Interlocked.Read(ref _readyTimestamp)).TotalMilliseconds;

    public RemoteSilo Silo => silo;

    public RemoteSilos Silos => silos;

    public RemoteHost Host => host;

    public RemoteHostOptions Options => options;

    public bool IsEnded => _ended.IsCancellationRequested;

    /// <summary>It was ready once, or an attempt failed.</summary>
    public bool WasTried { get; private set; }

    /// <summary>Why it is down; null when it is not, or nothing was tried yet.</summary>
    public string? DownReason { get; private set; }

    /// <param name="unansweredInputs">Of the domains to whose owner it leads.</param>
    public LinkStatus Status(long unansweredInputs)
    {
        ILinkChannel? channel = Channel;
        long readies = Interlocked.Read(ref _readies);
        return new LinkStatus(
            Volatile.Read(ref _name) ?? silo.Address, purpose, channel is not null, channel?.SilentMs, channel?.QueuedBytes ?? 0, unansweredInputs, Math.Max(0, readies - 1), Interlocked.Read(ref _refusals));
    }

    public void Dial()
    {
        RemoteAttempt attempt = new(this);
        lock (_gate)
        {
            if (_ended.IsCancellationRequested)
            {
                return;
            }

            if (silos.IsHeld(this))
            {
                DialLater(options.RetryMaxMs);
                return;
            }

            _attempt = attempt;
        }

        _ = DialAsync(attempt);
    }

    public void Dispose()
    {
        ILinkChannel? channel;
        lock (_gate)
        {
            if (_ended.IsCancellationRequested)
            {
                return;
            }

            _ended.Cancel();
            channel = _attempt?.Channel;
            _retry?.Dispose();
        }

        channel?.Dispose();
        _ended.Dispose();
    }

    /// <summary>The silo said what it owns: from now on the link is used.</summary>
    public void BecameReady(string name)
    {
        lock (_gate)
        {
            _failures = 0;
            WasTried = true;
            _toldReason = null;
            DownReason = null;
        }

        Interlocked.Exchange(ref _readyTimestamp, time.GetTimestamp());
        Interlocked.Increment(ref _readies);
        Volatile.Write(ref _name, name);
        silos.OnNameFree(this);
        log.LinkUp(silo.Address, purpose, name);
    }

    /// <summary>An attempt is over; all that came over it was taken.</summary>
    public void Ended(RemoteAttempt attempt, string reason, LinkRefusal refusal, long number)
    {
        if (refusal != LinkRefusal.None)
        {
            Interlocked.Increment(ref _refusals);
        }

        if (refusal == LinkRefusal.NameTaken)
        {
            silos.OnNameTaken(this, number);
        }
        else
        {
            silos.OnNameFree(this);
        }

        lock (_gate)
        {
            if (!ReferenceEquals(_attempt, attempt) || _ended.IsCancellationRequested)
            {
                return;
            }

            _failures++;
            WasTried = true;
            DownReason = reason;
            if (_failures == 1 || (refusal != LinkRefusal.None && _toldReason != reason))
            {
                _toldReason = reason;
                log.LinkDown(silo.Address, purpose, reason);
            }

            DialLater(Math.Min(options.RetryMinMs << Math.Min(_failures - 1, 10), LongestPauseMs(refusal)));
        }

        host.OnTried();
    }

    /// <summary>Whoever is refused asks less often, but for its name, which is free as soon as its former life is gone.</summary>
    private int LongestPauseMs(LinkRefusal refusal) => refusal is LinkRefusal.None or LinkRefusal.NameTaken ? options.RetryMaxMs : options.RefusedRetryMaxMs;

    private void DialLater(int delayMs)
    {
        _retry?.Dispose();
        _retry = time.CreateTimer(_ => Dial(), null, TimeSpan.FromMilliseconds(delayMs), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Never throws: what fails is tried again.</summary>
    private async Task DialAsync(RemoteAttempt attempt)
    {
        try
        {
            attempt.Opened(await dialer.DialAsync(silo.Address, attempt, _ended.Token).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            attempt.Channel?.Dispose();
            attempt.OnClosed(exception.Message);
        }
    }
}
