using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>
/// Asking other domains for an agent. A call asks while it waits, rings nobody and is held for nobody, from the wait on that its queue says; whatever else becomes of it ends the attempt.
/// This is seen once, at the end of each turn that touched the call, so that no handler has to think of it.
/// </summary>
internal static class CallSeeking
{
    /// <summary>
    /// How long after a refusal the domain is asked again. What is refused may be allowed, opened or configured meanwhile; and two domains whose clocks differ too much would otherwise lend and give back without end.
    /// </summary>
    public const long AskAgainMs = 30_000;

    /// <summary>Brings what is asked of others in line with what became of the call.</summary>
    public static void Follow(CallGrain call, TurnContext turn)
    {
        CallRecord record = call.Record;
        if (call.IsGuest || call.IsRemoved)
        {
            return;
        }

        IReadOnlyList<BorrowRule> rules = call.IsWaiting ? turn.Plan.Queue(record.Queue).Configuration.Borrow : [];
        if (rules.Count == 0 && record.Seeks.Count == 0 && record.NextSeekAtMs == 0)
        {
            return;
        }

        bool wants = record.State == CallState.Waiting && call.Line is not null && call.HeldBy is null;
        foreach (SeekRecord seek in record.Seeks.ToArray())
        {
            bool isOver = !wants || FindRule(rules, seek) is null;
            if (seek.State == SeekState.Open && isOver && !HasPendingLoan(call, seek.Attempt))
            {
                Stop(call, seek, turn);
            }
        }

        long nextMs = wants ? Check(call, turn) : 0;
        foreach (BorrowRule rule in rules)
        {
            long dueMs = record.EnqueuedMs + record.WaitDownMs + rule.AfterMs;
            if (dueMs > turn.NowMs)
            {
                nextMs = Earlier(nextMs, dueMs);
            }
            else if (wants)
            {
                SeekRecord? known = Find(record, rule);
                if (known is { State: SeekState.Refused } && known.AgainAtMs > turn.NowMs)
                {
                    nextMs = Earlier(nextMs, known.AgainAtMs);
                }
                else if (known is not { State: SeekState.Open })
                {
                    nextMs = Earlier(nextMs, Begin(call, rule, known, turn));
                }
            }
        }

        if (record.NextSeekAtMs != nextMs)
        {
            record.NextSeekAtMs = nextMs;
            turn.Touch(call, isView: false);
        }
    }

    /// <summary>The call ends.</summary>
    public static void StopAll(CallGrain call, TurnContext turn)
    {
        foreach (SeekRecord seek in call.Record.Seeks.Where(static seek => seek.State == SeekState.Open).ToArray())
        {
            Stop(call, seek, turn);
        }

        call.Record.Seeks.Clear();
        call.Record.NextSeekAtMs = 0;
    }

    /// <summary>The visit is over: another queue may ask anew those who refused.</summary>
    public static void ForgetRefusals(CallGrain call) => call.Record.Seeks.RemoveAll(static seek => seek.State == SeekState.Refused);

    /// <summary>The other domain lends nobody (any more).</summary>
    public static void Refused(CallGrain call, SeekRecord seek, string reason, TurnContext turn)
    {
        call.Note(turn, "borrow-refused", $"by domain {seek.Domain}, queue {seek.Queue}: {reason}");
        if (reason is RefusalReason.HomeSilent or RefusalReason.Forgotten)
        {
            // We were away for too long, or a message was lost. The call may wait on, so it asks again.
            call.Record.Seeks.Remove(seek);
        }
        else
        {
            Pause(call, seek, reason, turn);
        }

        turn.Touch(call);
    }

    public static SeekRecord? Find(CallGrain call, DomainId domain, int attempt) =>
        call.Record.Seeks.Find(seek => seek.Domain == domain && seek.Attempt == attempt && seek.State == SeekState.Open);

    /// <summary>Asks those whose answer is long out whether the attempt stands. Returns when the next one is to be asked, 0 for none.</summary>
    private static long Check(CallGrain call, TurnContext turn)
    {
        long nextMs = 0;
        foreach (SeekRecord seek in call.Record.Seeks.Where(static seek => seek.State == SeekState.Open))
        {
            if (Math.Max(seek.SinceMs, seek.CheckedMs) + PeerChecks.EveryMs <= turn.NowMs)
            {
                seek.CheckedMs = turn.NowMs;
                turn.Touch(call, isView: false);
                if (PeerSilence.MayAsk(seek.Domain, turn))
                {
                    turn.Tell(seek.Domain, new CheckSeek(call.Id, seek.Attempt));
                }
            }

            nextMs = Earlier(nextMs, Math.Max(seek.SinceMs, seek.CheckedMs) + PeerChecks.EveryMs);
        }

        return nextMs;
    }

    /// <summary>Returns when something is to be done about it next.</summary>
    private static long Begin(CallGrain call, BorrowRule rule, SeekRecord? former, TurnContext turn)
    {
        CallRecord record = call.Record;
        record.Seeks.RemoveAll(known => known.Domain == rule.Domain && known.Queue == rule.Queue);
        SeekRecord seek = new() { Domain = rule.Domain, Queue = rule.Queue, Attempt = ++record.SeekCount, SinceMs = turn.NowMs };
        record.Seeks.Add(seek);
        if (!PeerSilence.MayAsk(rule.Domain, turn))
        {
            Pause(call, seek, RefusalReason.PeerSilent, turn);
            if (former?.Reason != RefusalReason.PeerSilent)
            {
                call.Note(turn, "borrow-refused", $"domain {rule.Domain} is not asked: {RefusalReason.PeerSilent}");
            }

            return seek.AgainAtMs;
        }

        call.Note(turn, "borrows", $"asks domain {rule.Domain}, queue {rule.Queue}, for an agent");
        turn.Touch(call);
        turn.Tell(rule.Domain, new SeekAgent(call.Id, seek.Attempt)
        {
            Queue = rule.Queue,
            Priority = record.Priority,
            ArrivedMs = record.ArrivedMs,
            Ani = record.Ani,
            Dnis = record.Dnis,
            DisplayName = record.DisplayName,
            CoolOffs = CoolOffsOf(record, rule.Domain, turn.NowMs),
        });
        if (PeerSilence.NeedsAnswer(rule.Domain, turn))
        {
            turn.Tell(rule.Domain, new CheckSeek(call.Id, seek.Attempt));
        }

        return turn.NowMs + PeerChecks.EveryMs;
    }

    /// <summary>Which agents of the domain did not take the call a moment ago: the guests that knew it are gone, and the next one knows nothing.</summary>
    private static AgentCoolOff[] CoolOffsOf(CallRecord record, DomainId lender, long nowMs) =>
    [
        .. record.CoolOffs
            .Where(coolOff => coolOff.Lender == lender && coolOff.UntilMs > nowMs)
            .Reverse()
            .Take(SeekAgent.MaxCoolOffsCount)
            .Select(coolOff => new AgentCoolOff(CallLoans.OwnName(coolOff.Agent, lender), (int)Math.Min(coolOff.UntilMs - nowMs, int.MaxValue))),
    ];

    private static void Pause(CallGrain call, SeekRecord seek, string reason, TurnContext turn)
    {
        seek.State = SeekState.Refused;
        seek.Reason = reason;
        seek.AgainAtMs = turn.NowMs + AskAgainMs;
        turn.Touch(call);
    }

    private static void Stop(CallGrain call, SeekRecord seek, TurnContext turn)
    {
        string reason = call.Record.State switch
        {
            CallState.Waiting => "waits-otherwise",
            CallState.Ringing => "rings-at-home",
            CallState.Talking => "answered-at-home",
            _ when call.Record.Outcome == CallOutcome.Abandoned => StopReason.CallerLeft,
            _ => "call-over",
        };
        call.Record.Seeks.Remove(seek);
        turn.Touch(call);
        turn.Tell(seek.Domain, new StopSeeking(call.Id, seek.Attempt, reason));
    }

    private static long Earlier(long soonestMs, long atMs) => soonestMs == 0 ? atMs : Math.Min(soonestMs, atMs);

    private static bool HasPendingLoan(CallGrain call, int attempt) => call.Record.Offers.Exists(offer => offer.IsPending && offer.Loan?.Attempt == attempt);

    private static SeekRecord? Find(CallRecord record, BorrowRule rule) => record.Seeks.Find(seek => seek.Domain == rule.Domain && seek.Queue == rule.Queue);

    private static BorrowRule? FindRule(IReadOnlyList<BorrowRule> rules, SeekRecord seek)
    {
        foreach (BorrowRule rule in rules)
        {
            if (rule.Domain == seek.Domain && rule.Queue == seek.Queue)
            {
                return rule;
            }
        }

        return null;
    }
}
