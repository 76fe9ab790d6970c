using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>What a lane remembers of one domain. All but the waiting inputs comes from the store and is dropped when the store's answer is in doubt.</summary>
internal sealed class LaneDomain(DomainPlacement placement)
{
    private IDomainMachine? _kept;
    private long _keptEpoch;
    private long _keptSequence;
    private long _keptTurnMs;

    public DomainPlacement Placement { get; } = placement;

    public DomainId Id => Placement.Domain;

    /// <summary>The running machine, null while not loaded.</summary>
    public IDomainMachine? Machine { get; set; }

    public bool IsLoaded => Machine is not null;

    /// <summary>Under which its effects are sent.</summary>
    public long Epoch { get; set; }

    public long Sequence { get; set; }

    public long LastTurnMs { get; set; }

    /// <summary>Added to the lane's clock so that the domain's time goes on where it ended, also when the store's clock was set back.</summary>
    public long OffsetMs { get; set; }

    /// <summary>Since when this lane has it, in time of the domain.</summary>
    public long LoadedMs { get; set; }

    public long LastDeadLetter { get; set; }

    /// <summary>Events up to this turn were given to the subscribers; -1 before the first load.</summary>
    public long Published { get; set; } = -1;

    /// <summary>Waiting inputs, in order.</summary>
    public Queue<LaneInput> Inputs { get; private set; } = [];

    public Dictionary<SenderId, SenderWindow> Senders { get; } = [];

    public Dictionary<GatewayId, GatewayOutbox> Outboxes { get; } = [];

    /// <summary>What the running batch writes for this domain.</summary>
    public DomainCommit Commit { get; } = new(placement);

    /// <summary>Is in the running batch.</summary>
    public bool IsTouched { get; set; }

    /// <summary>A turn threw: the machine is loaded again after the commit, and takes no turn before.</summary>
    public bool MustReload { get; set; }

    /// <summary>Length of the outage that the next turn tells the machine of; null when there was none.</summary>
    public long? ResumeDownForMs { get; set; }

    /// <summary>No timer fires before this time of the domain.</summary>
    public long TimersHeldUntilMs { get; set; }

    /// <summary>Acknowledgements that came while the domain was not loaded.</summary>
    public Dictionary<GatewayId, long> EarlyAcknowledgements { get; } = [];

    public Dictionary<TimerDue, PostponedTimer> Postponed { get; } = [];

    /// <summary>Why it could not be loaded, null when it could.</summary>
    public string? LoadError { get; set; }

    public int LoadFailures { get; set; }

    /// <summary>Time of the lane's retry clock (milliseconds) before which loading is not tried again.</summary>
    public long RetryLoadAtMs { get; set; }

    /// <summary>Life of the host as a sender to this domain: the epoch of the first ownership in this process, which no earlier process had.</summary>
    public long HostIncarnation { get; set; }

    /// <summary>Time of the domain at a time of the lane's clock, Unix milliseconds.</summary>
    public long TimeAt(long laneNowMs) => Math.Max(LastTurnMs, laneNowMs + OffsetMs);

    /// <summary>When its next timer may fire, in time of the domain.</summary>
    public long NextTimerMs => Machine is null ? long.MaxValue : Math.Max(Machine.NextTimerDueMs, TimersHeldUntilMs);

    public GatewayOutbox Outbox(GatewayId gateway)
    {
        if (!Outboxes.TryGetValue(gateway, out GatewayOutbox? outbox))
        {
            outbox = new GatewayOutbox(gateway);
            Outboxes.Add(gateway, outbox);
        }

        return outbox;
    }

    public SenderWindow Window(LaneInput input)
    {
        if (!Senders.TryGetValue(input.Sender, out SenderWindow? window))
        {
            window = new SenderWindow(input.Sender, input.Incarnation);
            Senders.Add(input.Sender, window);
        }

        return window;
    }

    /// <summary>Puts inputs of a batch that failed back in front, in their order.</summary>
    public void PutBack(IReadOnlyCollection<LaneInput> inputs)
    {
        if (inputs.Count > 0)
        {
            Inputs = new Queue<LaneInput>(inputs.Concat(Inputs));
        }
    }

    /// <summary>
    /// The connection is lost, and no commit of this domain is in doubt: everything is forgotten as by <see cref="Drop"/>, but for the machine, which is what a large domain takes long to load. It holds
    /// exactly what was committed last, and is used again if nobody owned the domain meanwhile.
    /// </summary>
    public void Suspend()
    {
        IDomainMachine? kept = MustReload ? null : Machine ?? _kept;
        (long epoch, long sequence, long turnMs) = Machine is null ? (_keptEpoch, _keptSequence, _keptTurnMs) : (Epoch, Sequence, LastTurnMs);
        Drop();
        (_kept, _keptEpoch, _keptSequence, _keptTurnMs) = (kept, epoch, sequence, turnMs);
    }

    /// <summary>Its partition was taken again: under the epoch after that which it had, or somebody else owned it in between.</summary>
    public void TakenAgain(long epoch)
    {
        _kept = epoch == _keptEpoch + 1 ? _kept : null;
        _keptEpoch = epoch;
    }

    /// <summary>The machine that was kept, if it still is the domain as it is stored; nothing is kept after that.</summary>
    public IDomainMachine? TakeKept(long epoch, StoredDomain stored)
    {
        IDomainMachine? kept = epoch == _keptEpoch && stored.Sequence == _keptSequence && stored.LastTurnMs == _keptTurnMs ? _kept : null;
        _kept = null;
        return kept;
    }

    /// <summary>Forgets everything that the store knows better.</summary>
    public void Drop()
    {
        _kept = null;
        Machine = null;
        Senders.Clear();
        Outboxes.Clear();
        Postponed.Clear();
        Commit.Clear();
        IsTouched = false;
        MustReload = false;
        ResumeDownForMs = null;
    }
}
