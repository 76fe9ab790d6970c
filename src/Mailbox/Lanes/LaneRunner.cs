using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Serialization;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>
/// Runs the turns of a batch: the domains one after the other, each a fair share, until nothing waits or a limit of the batch is reached. A turn that throws is put aside as
/// a dead letter in the same batch; its domain takes no further turn until its machine was loaded again.
/// </summary>
internal sealed class LaneRunner(
    IMailboxStore store,
    LaneBatch batch,
    LaneClock clock,
    LaneOptions options,
    LaneCounters counters,
    LaneInbox inbox,
    IMailboxLog log)
{
    private readonly List<RowKey> _coldKeys = [];
    private readonly ColdRows _cold = new(options);
    private readonly List<long> _effectSequences = [];
    private LaneInput? _current;
    private int _first;
    private int _lastTurns;
    private long _startedTimestamp;

    /// <summary>The input that was being run when the store failed under it: it must go back to its queue.</summary>
    public LaneInput? TakeCurrent(LaneDomain domain)
    {
        LaneInput? current = _current?.Domain == domain.Id ? _current : null;
        _current = current is null ? _current : null;
        return current;
    }

    /// <summary>A bug of ours outside of any turn: the input that was being run is put aside when it is its turn again, so that it cannot stop the lane for ever.</summary>
    public void Blame(Exception error)
    {
        if (_current is not null)
        {
            _current.Fault = error;
        }
    }

    /// <summary>Fills the batch. Returns whether work was left over.</summary>
    public bool Run(ILaneSession session, List<LaneDomain> domains)
    {
        _startedTimestamp = clock.Timestamp;
        _current = null;
        _cold.ReadAhead(session, domains, _lastTurns);
        bool more = RunTurns(session, domains);
        _lastTurns = batch.Turns;
        return more;
    }

    private bool RunTurns(ILaneSession session, List<LaneDomain> domains)
    {
        bool worked = true;
        while (worked)
        {
            worked = false;
            for (int i = 0; i < domains.Count; i++)
            {
                LaneDomain domain = domains[(_first + i) % domains.Count];
                worked |= Visit(session, domain);
                if (IsFull)
                {
                    // The next batch begins with the domain after the one that filled this one.
                    _first = (_first + i + 1) % domains.Count;
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsFull =>
        batch.Turns >= options.BatchLimitTurns
        || batch.Rows >= options.BatchLimitRows
        || batch.Bytes >= options.BatchLimitBytes
        || (batch.Turns > 0 && clock.Since(_startedTimestamp).TotalMilliseconds >= options.BatchLimitMs);

    /// <summary>One domain's share: the news of an outage first, then inputs (what gateways saw), then timers that were not due before an input that is left over.</summary>
    private bool Visit(ILaneSession session, LaneDomain domain)
    {
        if (!CanRun(domain))
        {
            return false;
        }

        // An input that came to no turn, because its sender gave up or it was refused, is work done too: others may wait behind it.
        bool worked = false;
        if (domain.ResumeDownForMs is { } downForMs)
        {
            worked = true;
            domain.ResumeDownForMs = null;
            RunOwn(session, domain, new Resume(downForMs));
        }

        for (int i = 0; i < options.VisitLimitTurns && !IsFull && CanRun(domain) && domain.Inputs.TryDequeue(out LaneInput? input); i++)
        {
            worked = true;
            _current = input;
            RunInput(session, domain, input);
            _current = null;
        }

        for (int i = 0; i < options.VisitLimitTurns && !IsFull && CanRun(domain) && RunTimer(session, domain); i++)
        {
            worked = true;
        }

        return worked;
    }

    private static bool CanRun(LaneDomain domain) => domain.IsLoaded && !domain.MustReload;

    private void RunInput(ILaneSession session, LaneDomain domain, LaneInput input)
    {
        bool numberedHere = input.Sequence == 0 || input.IsNumberedByLane;
        if (numberedHere && input.IsAnswered)
        {
            // Its sender gave up waiting before it was taken.
            return;
        }

        if (input.Incarnation == 0)
        {
            input.Incarnation = domain.HostIncarnation;
        }

        SenderWindow window = domain.Window(input);
        if (input.Incarnation < window.Incarnation)
        {
            inbox.Refuse(input, "A newer incarnation of the sender is known.");
            return;
        }

        if (input.Incarnation > window.Incarnation)
        {
            window.Restart(input.Incarnation);
        }

        if (input.Sequence != 0 && input.Sequence <= window.High)
        {
            long outcome = window.OutcomeOf(input.Sequence);
            CommandReply? kept = outcome == 0 ? FindReply(session, domain, input) : null;
            batch.AddAnswer(domain, input, kept ?? StoredOutcome(session, domain, outcome));
            return;
        }

        if (!numberedHere && input.Sequence != window.High + 1)
        {
            inbox.Refuse(input, $"Input {input.Sequence} came before {window.High + 1}.");
            return;
        }

        if (FindReply(session, domain, input) is { } known)
        {
            if (!numberedHere)
            {
                // It comes to no turn, and its number is used nevertheless: the sender's next one must not be waited for.
                batch.Touch(domain);
                window.Add(0);
            }

            batch.AddAnswer(domain, input, known);
            return;
        }

        if (numberedHere)
        {
            input.IsNumberedByLane = true;
            input.Sequence = window.High + 1;
        }

        window.Add(Decide(session, domain, input));
    }

    /// <summary>Returns the input's outcome: the number of its turn, or that of its dead letter below 0.</summary>
    private long Decide(ILaneSession session, LaneDomain domain, LaneInput input)
    {
        if (input.Fault is { } fault)
        {
            log.TurnFailed(domain.Id, OriginOf(input), input.Command.GetType().Name, fault);
            batch.AddAnswer(domain, input, PutAside(domain, input, input.Command, fault.ToString(), isRepeat: false));
            return -domain.LastDeadLetter;
        }

        if (input.Command is UnknownCommand unknown)
        {
            // The machine has not seen it, and another silo, or this one's next release, may know it: no reply is kept under its key.
            log.NotUnderstood(domain.Id, $"what {OriginOf(input)} sent", unknown.Error);
            batch.AddAnswer(domain, input, PutAside(domain, input, unknown, unknown.Error, isRepeat: false));
            return -domain.LastDeadLetter;
        }

        if (RunTurn(session, domain, input, input.Command) is { } error)
        {
            Spoilt(domain, input, input.Command, error);
        }

        return domain.MustReload ? -domain.LastDeadLetter : domain.Sequence;
    }

    private void RunOwn(ILaneSession session, LaneDomain domain, Command command)
    {
        if (RunTurn(session, domain, null, command) is { } error)
        {
            Spoilt(domain, null, command, error);
        }
    }

    /// <summary>
    /// What was posted before a timer was due is heard before it, however much there is: the answer of a phone before its ring time-out, a gateway's sign of life before its lease ends. What is posted later does not hold it up.
    /// </summary>
    private bool WaitsForInputs(LaneDomain domain, long nowMs) =>
        domain.Inputs.TryPeek(out LaneInput? oldest) && clock.Since(oldest.PostedTimestamp).TotalMilliseconds > nowMs - domain.NextTimerMs;

    private bool RunTimer(ILaneSession session, LaneDomain domain)
    {
        long now = clock.NowMs + domain.OffsetMs;
        if (domain.NextTimerMs > now || WaitsForInputs(domain, now) || domain.Machine!.NextTimer is not { } timer)
        {
            return false;
        }

        bool failedBefore = domain.Postponed.TryGetValue(timer, out PostponedTimer postponed);
        if (failedBefore && postponed.UntilMs > now)
        {
            domain.Machine.PostponeTimer(timer, postponed.UntilMs);
            return true;
        }

        if (RunTurn(session, domain, null, timer) is { } error)
        {
            long delayMs = Math.Min((long)options.TimerPostponeMinMs << Math.Min(postponed.Failures, 20), options.TimerPostponeMaxMs);
            domain.Postponed[timer] = new PostponedTimer(postponed.Failures + 1, now + delayMs);
            Spoilt(domain, null, timer, error, isRepeat: failedBefore);
        }
        else if (failedBefore)
        {
            domain.Postponed.Remove(timer);
        }

        return true;
    }

    /// <summary>Runs one turn and takes its result into the batch. Returns what it threw: then nothing of it counts.</summary>
    private Exception? RunTurn(ILaneSession session, LaneDomain domain, LaneInput? input, Command command)
    {
        IDomainMachine machine = domain.Machine!;
        _coldKeys.Clear();
        TurnInput turn;
        TurnResult result;
        ReadOnlyMemory<byte> payload;
        try
        {
            machine.NameColdRows(command, _coldKeys);
        }
        catch (Exception exception)
        {
            return exception;
        }

        List<StoredRow> cold = _cold.Read(session, domain, _coldKeys);
        try
        {
            turn = new TurnInput
            {
                NowMs = domain.TimeAt(clock.NowMs),
                Sequence = domain.Sequence + 1,
                Level = store.Level,
                Random = SplitMix.Hash(options.RandomSeed, (ulong)domain.Placement.Number, (ulong)domain.Sequence + 1),
                Command = command,
                ColdRows = cold,
            };
            result = machine.Turn(turn);
            payload = Pack(domain, input, turn, result);
        }
        catch (Exception exception)
        {
            return exception;
        }

        batch.AddTurn(domain, input, turn, result, payload);
        domain.Sequence = turn.Sequence;
        domain.LastTurnMs = turn.NowMs;
        StoreReply(domain, input, result.Reply);
        DropOverflow(domain, result);
        counters.Turn(result.Messages, result.CandidatesTouched);
        foreach (string repair in result.Repairs)
        {
            counters.Repaired();
            log.Repaired(domain.Id, repair);
        }

        return null;
    }

    private ReadOnlyMemory<byte> Pack(LaneDomain domain, LaneInput? input, TurnInput turn, TurnResult result)
    {
        if (result.Rows.Count > options.TurnLimitRows)
        {
            throw new InvalidOperationException($"The turn changed {result.Rows.Count} rows; {options.TurnLimitRows} are allowed.");
        }

        _effectSequences.Clear();
        try
        {
            foreach (AddressedEffect effect in result.Effects)
            {
                _effectSequences.Add(domain.Outbox(effect.Gateway).Reserve());
            }

            return batch.Writer.Write(
                input, result, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_effectSequences), options.RecordInputs ? turn : null);
        }
        catch
        {
            foreach (AddressedEffect effect in result.Effects)
            {
                domain.Outbox(effect.Gateway).CancelReservations();
            }

            throw;
        }
    }

    /// <summary>After a turn that threw: the machine is loaded again.</summary>
    private void Spoilt(LaneDomain domain, LaneInput? input, Command command, Exception error, bool isRepeat = false)
    {
        domain.MustReload = true;
        log.TurnFailed(domain.Id, OriginOf(input), command.GetType().Name, error);
        CommandReply reply = PutAside(domain, input, command, error.ToString(), isRepeat);
        if (input is not null)
        {
            batch.AddAnswer(domain, input, reply);
            StoreReply(domain, input, reply);
        }
    }

    private CommandReply PutAside(LaneDomain domain, LaneInput? input, Command command, string error, bool isRepeat)
    {
        batch.Touch(domain);
        counters.DeadLetter();
        if (!isRepeat)
        {
            domain.Commit.DeadLetters.Add(new DeadLetter(
                ++domain.LastDeadLetter,
                clock.NowMs + domain.OffsetMs,
                input is null ? DeadLetterKind.Timer : command is UnknownCommand unknown ? unknown.Kind : DeadLetterKind.Input,
                OriginOf(input),
                Content(command),
                error));
        }

        return command is UnknownCommand
            ? new CommandReply(ReplyCode.Failed, $"The silo's release does not know this command, or something in it ({error}): nothing was done, and it was put aside as dead letter {domain.LastDeadLetter}. Repeat it when the silos run the release of the sender.")
            : Failed(domain.LastDeadLetter);
    }

    /// <summary>What cannot be written may be why it is put aside.</summary>
    private static byte[] Content(Command command)
    {
        try
        {
            return ForeignJson.Write(command);
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException or ArgumentException)
        {
            return Encoding.UTF8.GetBytes(command.ToString());
        }
    }

    private static string OriginOf(LaneInput? input) => input is null ? "timer" : $"{input.Sender}/{input.Incarnation}/{input.Sequence}";

    private static CommandReply Failed(long deadLetter) =>
        new(ReplyCode.Failed, $"The command failed inside the domain and was put aside as dead letter {deadLetter}.");

    private static CommandReply StoredOutcome(ILaneSession session, LaneDomain domain, long outcome)
    {
        if (outcome < 0)
        {
            return Failed(-outcome);
        }

        int pending = outcome == 0 ? -1 : domain.Commit.Turns.FindIndex(turn => turn.Sequence == outcome);
        if (pending >= 0)
        {
            return TurnRecord.ReadReply(domain.Commit.Turns[pending].Payload.Span);
        }

        List<StoredTurn> found = [];
        if (outcome > 0)
        {
            session.ReadTurns(domain.Placement.Number, outcome, 1, found);
        }

        return found.Count > 0 && found[0].Sequence == outcome
            ? TurnRecord.ReadReply(found[0].Payload.Span)
            : new CommandReply(ReplyCode.Gone, "The command happened; its reply is no longer kept.");
    }

    private static CommandReply? FindReply(ILaneSession session, LaneDomain domain, LaneInput input)
    {
        if (input.IdempotencyKey is null || input.Fault is not null)
        {
            return null;
        }

        IdempotentReply? known = domain.Commit.Replies.Find(reply => reply.Key == input.IdempotencyKey)
            ?? session.FindReply(domain.Placement.Number, input.IdempotencyKey);
        if (known is null)
        {
            return null;
        }

        return known.CommandHash.Span.SequenceEqual(HashOf(input.Command))
            ? ForeignJson.ReadReply(known.Reply.Span)
            : new CommandReply(ReplyCode.Conflict, "The Idempotency-Key was used for another request before.");
    }

    private static void StoreReply(LaneDomain domain, LaneInput? input, CommandReply reply)
    {
        if (input?.IdempotencyKey is { } key)
        {
            domain.Commit.Replies.Add(new IdempotentReply(
                key, domain.LastTurnMs, HashOf(input.Command), JsonSerializer.SerializeToUtf8Bytes(reply, ContractsJson.Default.CommandReply)));
        }
    }

    /// <summary>Of one that this release does not know as it came: another silo may have done it and kept the reply.</summary>
    private static byte[] HashOf(Command command) => SHA256.HashData(ForeignJson.Write(command));

    private void DropOverflow(LaneDomain domain, TurnResult result)
    {
        foreach (AddressedEffect effect in result.Effects)
        {
            GatewayOutbox outbox = domain.Outbox(effect.Gateway);
            int dropped = 0;
            while (outbox.Count > options.OutboxLimitEffects)
            {
                PendingEffect oldest = outbox.DropOldest();
                dropped++;
                counters.DeadLetter();
                domain.Commit.DeadLetters.Add(new DeadLetter(
                    ++domain.LastDeadLetter,
                    domain.LastTurnMs,
                    DeadLetterKind.Effect,
                    $"{outbox.Gateway}/{oldest.Sequence}",
                    ForeignJson.Write(oldest.Effect),
                    "The outbox of the gateway is full."));
            }

            if (dropped > 0)
            {
                log.EffectsDropped(domain.Id, outbox.Gateway, dropped);
            }
        }
    }
}
