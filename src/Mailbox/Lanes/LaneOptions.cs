namespace Routing.Mailbox.Lanes;

/// <summary>Limits and times of a lane. The defaults are what the README's figures were measured with.</summary>
public sealed record LaneOptions
{
    /// <summary>Turns in one commit. Not above <see cref="Delivery.SenderWindow.SizeInputs"/>: a batch whose outcome is unknown is asked for by the window.</summary>
    public int BatchLimitTurns { get; init; } = 512;

    /// <summary>Row changes in one commit.</summary>
    public int BatchLimitRows { get; init; } = 8_192;

    /// <summary>Bytes of rows and turn records in one commit.</summary>
    public int BatchLimitBytes { get; init; } = 4 << 20;

    /// <summary>Time that turns of one batch may take before it is committed.</summary>
    public int BatchLimitMs { get; init; } = 10;

    /// <summary>Inputs, and timers, that a domain may run before the next domain has its turn: the fair share.</summary>
    public int VisitLimitTurns { get; init; } = 32;

    /// <summary>Rows that one turn may change; more is undone and put aside. Room for the restart of a full gateway: its calls with their legs in one turn.</summary>
    public int TurnLimitRows { get; init; } = 200_000;

    /// <summary>Inputs waiting or running in the lane; more are refused at once.</summary>
    public int QueueLimitInputs { get; init; } = 20_000;

    /// <summary>Inputs waiting for one domain; more are refused at once, so that one domain cannot fill the lane.</summary>
    public int DomainQueueLimitInputs { get; init; } = 10_000;

    /// <summary>An input that was not answered for so long, because the store or its domain does not answer, is refused.</summary>
    public int AnswerLimitMs { get; init; } = 2_000;

    /// <summary>A lane with nothing to commit still says so often that it lives.</summary>
    public int HeartbeatMs { get; init; } = 5_000;

    /// <summary>How often a lane that lives notes it where the end of the process leaves it: the down time that is counted after a kill is exact to that.</summary>
    public int SignOfLifeMs { get; init; } = 250;

    /// <summary>A commit that took longer counts as an outage: time-outs are shifted by it.</summary>
    public int StallMs { get; init; } = 1_000;

    /// <summary>A stall that begins so soon after another one ended is no outage of its own.</summary>
    public int StallRepeatMs { get; init; } = 30_000;

    /// <summary>Of a repeated stall, only what is longer counts as an outage.</summary>
    public int BrownOutMs { get; init; } = 5_000;

    /// <summary>After an outage of at least <see cref="StallMs"/> overdue timers wait so long, for gateways to report what lives.</summary>
    public int TimersHeldMs { get; init; } = 250;

    /// <summary>Of several domains that are to be loaded, those that come after so long wait for a round of turns of the others.</summary>
    public int LoadSliceMs { get; init; } = 20;

    /// <summary>First delay before a failed store is tried again; doubled each time.</summary>
    public int RetryMinMs { get; init; } = 20;

    public int RetryMaxMs { get; init; } = 1_000;

    /// <summary>First delay of a timer whose turn threw; doubled each time.</summary>
    public int TimerPostponeMinMs { get; init; } = 1_000;

    public int TimerPostponeMaxMs { get; init; } = 300_000;

    /// <summary>Unacknowledged effects for one gateway of one domain; older ones become dead letters. Several times the calls that a gateway takes: a restart hands all of them back.</summary>
    public int OutboxLimitEffects { get; init; } = 100_000;

    /// <summary>
    /// A message to another domain that nobody took for so long, counted from when this owner of the domain has it at the earliest, is given up: the other one may be misspelt or gone for good, and what lies in an
    /// outbox keeps the turn log from being pruned. Far longer than a move, a restart or an upgrade; shorter than <see cref="LogKept"/>, so that it costs the log nothing. Domains find out by asking each other what was lost.
    /// </summary>
    public TimeSpan PeerMessagesKept { get; init; } = TimeSpan.FromHours(1);

    /// <summary>An effect whose sink threw is sent again so much later.</summary>
    public int ResendMs { get; init; } = 100;

    /// <summary>Turns stay in the log so long: readers can resume from there. Never less than unacknowledged effects need.</summary>
    public TimeSpan LogKept { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Replies are given again to the same Idempotency-Key so long.</summary>
    public TimeSpan RepliesKept { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Dead letters of a domain that are kept.</summary>
    public int DeadLettersKept { get; init; } = 10_000;

    /// <summary>How often old things of one domain are looked for.</summary>
    public int PruneEveryMs { get; init; } = 10_000;

    /// <summary>Rows of each kind that one pruning transaction deletes.</summary>
    public int PruneLimitRows { get; init; } = 500;

    /// <summary>Stores command and random number with each turn: for finding out what happened, at the cost of the bytes.</summary>
    public bool RecordInputs { get; init; }

    /// <summary>Seed of the random numbers given to turns. 0 lets the host draw it from a good source (not when driven by hand: a simulation gives its own).</summary>
    public ulong RandomSeed { get; init; }

    /// <summary>A delay that doubles with each failure.</summary>
    internal static long Backoff(int failures, int minMs, int maxMs) => Math.Min((long)minMs << Math.Min(failures, 20), maxMs);

    /// <summary>Throws when limits contradict each other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The property that is wrong.</exception>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchLimitTurns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BatchLimitTurns, Delivery.SenderWindow.SizeInputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(VisitLimitTurns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueLimitInputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DomainQueueLimitInputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryMinMs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryMaxMs, RetryMinMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(TimerPostponeMinMs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutboxLimitEffects, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PruneLimitRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HeartbeatMs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SignOfLifeMs, 1);
    }
}
