using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Lanes;

/// <summary>
/// Keeps copies of large domains that other processes own and this one may have to take over (<see cref="WarmCopy"/>), on a thread and a connection of its own that owns nothing. A lane that takes a domain asks for its copy
/// first. Nothing depends on one being there: copies go when their connection does, and whatever is wrong with one costs the time of a load.
/// </summary>
public sealed class WarmCopies : IDisposable
{
    private const int StopLimitMs = 1_000;

    private readonly IMailboxStore _store;
    private readonly MachineLoader _loader;
    private readonly TimeProvider _time;
    private readonly WarmCopyOptions _options;
    private readonly IMailboxLog _log;
    private readonly Thread _thread;
    private readonly long _started;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, Slot> _slots = [];
    private readonly object _pause = new();
    private ILaneSession? _session;
    private long _used;
    private bool _stopping;

    /// <param name="store">Read from.</param>
    /// <param name="factory">Makes the machines.</param>
    /// <param name="time">Monotonic clock.</param>
    /// <param name="options">Defaults when null.</param>
    /// <param name="log">Told of machines that cannot be loaded; silent when null.</param>
    public WarmCopies(IMailboxStore store, IDomainMachineFactory factory, TimeProvider time, WarmCopyOptions? options = null, IMailboxLog? log = null)
    {
        (_store, _time) = (store, time);
        _loader = new MachineLoader(factory);
        _options = options ?? new WarmCopyOptions();
        _log = log ?? SilentMailboxLog.Instance;
        _started = time.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "warm copies" };
    }

    /// <summary>A round is over. On the thread of the copies; handlers return at once.</summary>
    public event Action? Followed;

    /// <summary>The domains of which there is a copy, each with the number of its last turn there. From any thread.</summary>
    public IReadOnlyList<(DomainId Domain, long Sequence)> Held
    {
        get
        {
            lock (_gate)
            {
                return [.. _slots.Values.Where(static slot => slot.Copy is not null).Select(static slot => (slot.Domain.Domain, slot.Sequence))];
            }
        }
    }

    /// <summary>Copies that became the domain when it was taken. From any thread.</summary>
    public long Used => Interlocked.Read(ref _used);

    public void Start() => _thread.Start();

    /// <summary>
    /// Says which domains are to be kept from now on. Copies of others are followed no more, and let go after <see cref="WarmCopyOptions.LetGoMs"/>: one may be unwanted because this process has just taken the partition, and its
    /// lane comes for it next. From any thread.
    /// </summary>
    public void Follow(IReadOnlyCollection<DomainPlacement> domains)
    {
        if (_options.LimitRows == 0 || !_store.KeepsChanges)
        {
            return;
        }

        bool isNew = false;
        lock (_gate)
        {
            HashSet<DomainPlacement> wanted = [.. domains];
            foreach (Slot slot in _slots.Values)
            {
                slot.LetGoAtMs = wanted.Remove(slot.Domain) ? long.MaxValue : Math.Min(slot.LetGoAtMs, NowMs + _options.LetGoMs);
            }

            foreach (DomainPlacement domain in wanted)
            {
                _slots[domain.Number] = new Slot(domain);
                isNew = true;
            }
        }

        if (isNew)
        {
            Wake();
        }
    }

    /// <summary>One round: what is wanted is loaded, what is there is brought up to date. By the thread, or by hand in its place.</summary>
    public void RunRound()
    {
        Slot[] slots;
        lock (_gate)
        {
            foreach (Slot slot in _slots.Values.Where(slot => slot.LetGoAtMs <= NowMs).ToArray())
            {
                _slots.Remove(slot.Domain.Number);
            }

            slots = [.. _slots.Values];
        }

        try
        {
            if (slots.Length == 0 || _session?.IsOver == true)
            {
                Close();
            }

            if (slots.Length > 0)
            {
                _session ??= _store.Acquire([]);
                Array.ForEach(slots, slot => Run(_session, slot));
            }
        }
        catch (StoreException)
        {
            // The lanes, which need the store, tell of it.
            Close();
        }
        catch (Exception exception)
        {
            // The outermost frame of the thread: nothing depends on copies, least of all the process.
            _log.HandlerFailed("warm copies", exception);
            Close();
        }

        Followed?.Invoke();
    }

    public void Dispose()
    {
        Volatile.Write(ref _stopping, true);
        Follow([]);
        Wake();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            Close();
        }
        else
        {
            _thread.Join(StopLimitMs);
        }
    }

    /// <summary>The copy of a domain whose partition this process has just taken, brought up to date; it is nobody else's from then on. Null when there is none that can be used.</summary>
    /// <param name="session">Owns the domain.</param>
    /// <param name="domain">Which.</param>
    /// <param name="sequence">Its last turn.</param>
    /// <exception cref="StoreException">The session is over.</exception>
    internal IDomainMachine? Take(ILaneSession session, DomainPlacement domain, long sequence)
    {
        WarmCopy? copy = Take(domain);
        try
        {
            if (copy?.TryFollow(session, sequence) == true)
            {
                Interlocked.Increment(ref _used);
                return copy.Machine;
            }
        }
        catch (Exception exception) when (exception is not StoreException)
        {
            // A row that cannot be read shows again when all are.
            _log.HandlerFailed("warm copy", exception);
        }

        return null;
    }

    private long NowMs => (long)_time.GetElapsedTime(_started).TotalMilliseconds;

    private WarmCopy? Take(DomainPlacement domain)
    {
        Slot? slot;
        lock (_gate)
        {
            if (!_slots.Remove(domain.Number, out slot))
            {
                return null;
            }
        }

        slot.LetGoAtMs = NowMs;
        if (!slot.Gate.TryEnter(TimeSpan.FromMilliseconds(_options.TakeLimitMs)))
        {
            return null;
        }

        try
        {
            return slot.Copy;
        }
        finally
        {
            slot.Gate.Exit();
        }
    }

    private void Run()
    {
        while (!Volatile.Read(ref _stopping))
        {
            RunRound();
            lock (_pause)
            {
                if (!Volatile.Read(ref _stopping))
                {
                    Monitor.Wait(_pause, _options.FollowMs);
                }
            }
        }

        Close();
    }

    private void Run(ILaneSession session, Slot slot)
    {
        try
        {
            if (slot.Copy is null && slot.IsWanted && slot.RetryAtMs <= NowMs)
            {
                Load(session, slot);
            }

            Follow(session, slot);
        }
        catch (Exception exception) when (exception is not StoreException { Failure: not StoreFailure.Corrupt and not StoreFailure.TooNew })
        {
            slot.Copy = null;
            slot.RetryAtMs = NowMs + _options.RetryMs;
            _log.HandlerFailed($"warm copy of {slot.Domain.Domain}", exception);
        }
    }

    private void Load(ILaneSession session, Slot slot)
    {
        long others;
        lock (_gate)
        {
            others = _slots.Values.Sum(static other => (long)(other.Copy?.LoadedRows ?? 0));
        }

        WarmCopy? copy = WarmCopy.Load(session, slot.Domain, _loader, rows => slot.IsWanted && others + rows <= _options.LimitRows);
        if (copy is null || copy.LoadedRows < _options.LeastRows)
        {
            slot.RetryAtMs = NowMs + _options.RetryMs;
            return;
        }

        slot.Put(copy);
    }

    private static void Follow(ILaneSession session, Slot slot)
    {
        lock (slot.Gate)
        {
            if (slot.IsWanted && slot.Copy is { } copy && !copy.TryFollow(session, session.ReadDomain(slot.Domain).Sequence))
            {
                slot.Copy = null;
            }

            slot.Sequence = slot.Copy?.Sequence ?? 0;
        }
    }

    /// <summary>What was read over one connection is not carried over to the next: the server may have been put back meanwhile.</summary>
    private void Close()
    {
        lock (_gate)
        {
            foreach (Slot slot in _slots.Values)
            {
                slot.Copy = null;
            }
        }

        _session?.Dispose();
        _session = null;
    }

    private void Wake()
    {
        lock (_pause)
        {
            Monitor.PulseAll(_pause);
        }
    }

    /// <summary>A domain that is wanted. Its copy belongs to whoever has the gate.</summary>
    private sealed class Slot(DomainPlacement domain)
    {
        private long _letGoAtMs = long.MaxValue;
        private volatile WarmCopy? _copy;
        private long _sequence;

        public DomainPlacement Domain { get; } = domain;

        public Lock Gate { get; } = new();

        /// <summary>Not followed any more, and forgotten then; <see cref="long.MaxValue"/> while it is wanted.</summary>
        public long LetGoAtMs
        {
            get => Interlocked.Read(ref _letGoAtMs);
            set => Interlocked.Exchange(ref _letGoAtMs, value);
        }

        public bool IsWanted => LetGoAtMs == long.MaxValue;

        public WarmCopy? Copy
        {
            get => _copy;
            set => _copy = value;
        }

        public long Sequence
        {
            get => Interlocked.Read(ref _sequence);
            set => Interlocked.Exchange(ref _sequence, value);
        }

        /// <summary>Not loaded before this time.</summary>
        public long RetryAtMs { get; set; }

        public void Put(WarmCopy copy)
        {
            lock (Gate)
            {
                Copy = IsWanted ? copy : null;
            }
        }
    }
}
