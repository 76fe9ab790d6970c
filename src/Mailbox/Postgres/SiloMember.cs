using System.Security.Cryptography;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Membership;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// A silo's part in a cluster over one database, on a thread of its own: joins, says that it works, misses those who do not, and makes its host own what the stored map gives it.
/// <para>Why this is safe: none of it decides who commits. Locks and epochs do (<see cref="PostgresOwnership"/>); a wrong map, a silo that was wrongly taken out or a frozen one that wakes costs a pause, never a
/// call. A partition is only taken by the silo that the map names, in the statement that takes it.</para>
/// </summary>
public sealed class SiloMember : IDisposable
{
    private const int StopLimitMs = 2_000;

    private readonly PostgresStore _store;
    private readonly LocalHost _host;
    private readonly SiloMemberOptions _options;
    private readonly TimeProvider _time;
    private readonly IMailboxLog _log;
    private readonly Thread _thread;
    private readonly SiloWatch _watch;
    private readonly LevelWait _levelWait;
    private readonly GatewayNotes _gatewayNotes = new();
    private readonly SiloMoves _moves;
    private readonly List<SiloSign> _signs = [];
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _pause = new();
    private readonly long _started;
    private ClusterView? _view;
    private string? _lastError;
    private bool _isErrorPassing;
    private string? _refusal;
    private long? _id;
    private int _toldLevel;
    private long _signDueMs;
    private long _mapDueMs;
    private long _placedVersion;
    private long _followedVersion;
    private IReadOnlyList<int> _followed = [];
    private IReadOnlyList<DomainPlacement> _heirlooms = [];
    private bool _isHeldUp;
    private bool _mustDrain;
    private bool _isDraining;
    private bool _stopping;

    /// <param name="store">Shared with the other silos.</param>
    /// <param name="host">Made with <see cref="LocalHostOptions.IsShared"/> and as many partitions as the options say; not owned.</param>
    /// <param name="options">Name and times.</param>
    /// <param name="time">Monotonic clock, and the date that is compared with the server's.</param>
    /// <param name="log">Told of changes; silent when null.</param>
    public SiloMember(PostgresStore store, LocalHost host, SiloMemberOptions options, TimeProvider time, IMailboxLog? log = null)
    {
        (_store, _host, _options, _time) = (store, host, options, time);
        _log = log ?? SilentMailboxLog.Instance;
        _watch = new SiloWatch(options);
        _levelWait = new LevelWait(options);
        _moves = new SiloMoves(host, options);
        _started = time.GetTimestamp();
        _toldLevel = store.Level;
        _thread = new Thread(Run) { IsBackground = true, Name = $"silo {options.Name}" };
    }

    /// <summary>The map changed, or somebody took or gave up a partition. On the member's thread; handlers return at once.</summary>
    public event Action<ClusterView>? ViewChanged;

    /// <summary>The format level in force rose: whoever knows less is to be served no more. On the member's thread; handlers return at once.</summary>
    public event Action<int>? LevelRaised;

    /// <summary>Asked for the lowest format level of the gateways that are connected to this silo, null when none is. Set before <see cref="Start"/>; from the member's thread.</summary>
    public Func<int?> ClientsLevel { get; set; } = static () => null;

    /// <summary>Asked for the gateways that are connected to this silo, by name. Set before <see cref="Start"/>; from the member's thread.</summary>
    public Func<IReadOnlyList<GatewayLevel>> Gateways { get; set; } = static () => [];

    /// <summary>Completes when this silo is in the cluster for the first time.</summary>
    public Task Joined => _joined.Task;

    /// <summary>Of this life in the cluster; null before it joined. Another one after it was taken out.</summary>
    public long? Id => _store.Silo;

    /// <summary>What was read last; null before it joined.</summary>
    public ClusterView? View => Volatile.Read(ref _view);

    /// <summary>Why it is not in the cluster now, null when it is.</summary>
    public string? LastError => Volatile.Read(ref _lastError);

    /// <summary>Whether <see cref="LastError"/> is nobody's mistake: <see cref="StoreException.IsPassing"/>.</summary>
    public bool IsErrorPassing => Volatile.Read(ref _isErrorPassing);

    public void Start() => _thread.Start();

    /// <summary>Stores a domain that is new; whoever has its partition serves it from then on.</summary>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public DomainPlacement PlaceDomain(DomainId domain) =>
        _store.Control(client => PostgresPlacement.PlaceApart(client, domain, _options.PartitionsCount, 0));

    /// <summary>Gives all partitions to the other silos. Completes when that is done, or at once when there is nobody who may have them.</summary>
    public Task DrainAsync()
    {
        Volatile.Write(ref _mustDrain, true);
        return _drained.Task;
    }

    /// <summary>Leaves the cluster. What the host still owns is to be given up by it.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _stopping, true);
        lock (_pause)
        {
            Monitor.PulseAll(_pause);
        }

        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            _thread.Join(StopLimitMs);
        }

        _drained.TrySetResult();
    }

    private long NowMs => (long)_time.GetElapsedTime(_started).TotalMilliseconds;

    private bool IsStopping => Volatile.Read(ref _stopping);

    private void Run()
    {
        int failures = 0;
        while (!IsStopping)
        {
            try
            {
                using PostgresMembership membership = PostgresMembership.Join(_store, _options, _id);
                failures = 0;
                Enter(membership);
                while (!IsStopping)
                {
                    TryRound(membership);
                }

                membership.Leave(_options.PartitionsCount);
            }
            catch (StoreException exception)
            {
                Failed(exception.Message, exception.IsPassing);
                Pause(failures++);
            }
            catch (Exception exception)
            {
                // The outermost frame of the thread: a bug of ours must not end it.
                _log.HandlerFailed("membership", exception);
                Failed(exception.Message, isPassing: false);
                Pause(failures++);
            }
        }
    }

    private void Failed(string reason, bool isPassing)
    {
        if (LastError is null && !IsStopping)
        {
            _log.ClusterChanged($"This silo is out of the cluster and comes back as soon as it can: {reason}", isTrouble: true);
        }

        Volatile.Write(ref _isErrorPassing, isPassing);
        Volatile.Write(ref _lastError, reason);
    }

    private void Pause(int failures)
    {
        long delayMs = Lanes.LaneOptions.Backoff(failures, _options.RejoinMinMs, _options.RejoinMaxMs);
        lock (_pause)
        {
            if (!IsStopping)
            {
                Monitor.Wait(_pause, TimeSpan.FromMilliseconds(delayMs));
            }
        }
    }

    private void Enter(PostgresMembership membership)
    {
        bool isAnother = _id is not null && _id != membership.Id;
        _log.ClusterChanged(
            isAnother
                ? $"This silo had been taken out of the cluster; it is back as number {membership.Id} and begins with nothing"
                : $"In the cluster as silo '{_options.Name}', number {membership.Id}",
            isTrouble: isAnother);
        _id = membership.Id;
        _store.Silo = membership.Id;
        _isDraining = false;
        _refusal = null;
        _signDueMs = 0;
        _placedVersion = -1;
        if (isAnother)
        {
            _moves.GiveUpAll();
        }

        _watch.Begin(NowMs);
        _levelWait.Begin();
        _gatewayNotes.Begin();
        ReadMap(membership);
        Volatile.Write(ref _lastError, null);
        _joined.TrySetResult();
    }

    private void TryRound(PostgresMembership membership)
    {
        try
        {
            Round(membership);
            _isHeldUp = false;
        }
        catch (StoreException exception) when (exception.Failure == StoreFailure.Busy && membership.IsOpen)
        {
            // Somebody else changes the map, or froze while it did. What is left undone is still due in the next round; to connect again would free the lock that says this silo lives.
            _mapDueMs = 0;
            if (!_isHeldUp)
            {
                _isHeldUp = true;
                _log.ClusterChanged($"Somebody else holds up the map of the cluster; this silo tries again: {exception.Message}", isTrouble: true);
            }
        }
    }

    private void Round(PostgresMembership membership)
    {
        bool isSoon = _moves.IsWaiting || _moves.IsHandingOver;
        membership.Wait(isSoon ? _options.RetryMs + RandomNumberGenerator.GetInt32(_options.RetryMs + 1) : _options.LookMs);
        long startedMs = NowMs;
        DateTimeOffset date = _time.GetUtcNow();
        (long mapVersion, long serverMs) = membership.Look(_watch.Watched(_view!.Silos.Select(silo => silo.Id), membership.Id), _signs);
        long nowMs = NowMs;

        // First: what follows may wait for others.
        SayAlive(membership, nowMs);
        CheckClock(membership, (date.ToUnixTimeMilliseconds() - serverMs), nowMs - startedMs);
        SiloSign? missed = _watch.Judge(_signs, nowMs);
        if (missed is not null)
        {
            Expel(membership, missed.Value);
        }

        Drain(membership);
        if (missed is not null || membership.IsHinted || _moves.IsHandingOver || mapVersion != _view.MapVersion || nowMs >= _mapDueMs)
        {
            ReadMap(membership);
        }

        FollowLevel(membership);
        _moves.Follow(_view, membership.Id, nowMs);
        if (_isDraining && _moves.HasGivenUp)
        {
            _drained.TrySetResult();
        }
    }

    private void FollowLevel(PostgresMembership membership)
    {
        if (_options.RaisesLevel && _levelWait.IsOver(_view!, _store.Level, NowMs))
        {
            _store.NoteLevel(membership.RaiseLevel().After);
        }

        if (_store.Level > _toldLevel)
        {
            _toldLevel = _store.Level;
            _log.ClusterChanged($"The cluster writes format level {_toldLevel} from now on; programs that know less are let in no more", isTrouble: false);
            LevelRaised?.Invoke(_toldLevel);
        }
    }

    private void SayAlive(PostgresMembership membership, long nowMs)
    {
        if (nowMs < _signDueMs || !_host.IsProgressing(_options.LaneHungMs))
        {
            return;
        }

        _signDueMs = nowMs + _options.SignMs;
        if (!membership.SignOfLife(ClientsLevel()))
        {
            throw TakenOut();
        }

        IReadOnlyList<GatewayLevel> gateways = Gateways();
        if (_gatewayNotes.AreDue(gateways, nowMs))
        {
            membership.NoteGateways(_options.Name, gateways);
        }
    }

    private static StoreException TakenOut() => new(StoreFailure.Fenced, "The others took this silo for dead.");

    private void Drain(PostgresMembership membership)
    {
        if (Volatile.Read(ref _mustDrain) && !_isDraining)
        {
            membership.Drain(_options.PartitionsCount);
            ReadMap(membership);
            _isDraining = true;
        }
    }

    private void Expel(PostgresMembership membership, SiloSign sign)
    {
        string name = _view?.Silo(sign.Id)?.Name ?? "?";
        if (membership.Expel(sign, _options.PartitionsCount))
        {
            _log.ClusterChanged(
                sign.IsGone
                    ? $"Silo '{name}' (number {sign.Id}) is gone; the others take its partitions"
                    : $"Silo '{name}' (number {sign.Id}) gave no sign of life for {_options.HungMs} ms: its sessions were ended and the others take its partitions",
                isTrouble: true);
        }
    }

    /// <summary>The server's time was read at some moment of the look.</summary>
    private void CheckClock(PostgresMembership membership, long aheadMs, long tookMs)
    {
        int limitMs = _store.Options.ClockLimitMs;
        string? refusal = aheadMs > limitMs || aheadMs < -limitMs - tookMs
            ? $"its clock is {Math.Abs(aheadMs) / 1_000.0:0.0} s {(aheadMs > 0 ? "ahead of" : "behind")} the database's; at most {limitMs} ms are allowed"
            : null;
        if ((refusal is null) != (_refusal is null))
        {
            membership.Refuse(_options.PartitionsCount, refusal);
            _refusal = refusal;
            _log.ClusterChanged(refusal is null ? "This silo's clock is right again: it takes partitions" : $"This silo takes no partitions: {refusal}", refusal is not null);
        }
    }

    private void ReadMap(PostgresMembership membership)
    {
        ClusterView view = membership.ReadMap();
        if (view.Silo(membership.Id) is null)
        {
            throw TakenOut();
        }

        // The oldest keeps the map as it should be; whoever changes who is there does so too.
        if (view.Silos[0].Id == membership.Id && !view.IsAsPlanned && membership.Replan(_options.PartitionsCount))
        {
            view = membership.ReadMap();
        }

        AddPlaced(membership, view);
        FollowHeirlooms(membership, view);
        Volatile.Write(ref _view, view);
        _mapDueMs = NowMs + _options.MapMs;
        ViewChanged?.Invoke(view);
    }

    /// <summary>
    /// A domain that is new counts the map up. Those of partitions that are only wanted as well: one may be taken this moment, its domains already read and not yet told here. Whatever the lane does not hold
    /// it does not take.
    /// </summary>
    private void AddPlaced(PostgresMembership membership, ClusterView view)
    {
        if (view.MapVersion == _placedVersion && NowMs < _mapDueMs)
        {
            return;
        }

        int[] partitions =
        [
            .. view.Partitions.Where(partition => partition.Desired == membership.Id).Select(partition => partition.Id).Union(_host.Partitions.Select(owned => owned.Partition)),
        ];
        if (partitions.Length > 0)
        {
            foreach (DomainPlacement placement in membership.ReadPlacements(partitions))
            {
                _host.AddPlaced(placement);
            }
        }

        _placedVersion = view.MapVersion;
    }

    /// <summary>Has copies kept of what this silo would take over next.</summary>
    private void FollowHeirlooms(PostgresMembership membership, ClusterView view)
    {
        IReadOnlyList<int> next = [.. PartitionHeirs.PartitionsOf(view, membership.Id).Except(_host.Partitions.Select(static owned => owned.Partition))];
        if (view.MapVersion != _followedVersion || !next.SequenceEqual(_followed))
        {
            _heirlooms = [.. next.Count == 0 ? [] : membership.ReadPlacements(next)];
            (_followedVersion, _followed) = (view.MapVersion, next);
        }

        _host.Copies?.Follow(_heirlooms);
    }
}
