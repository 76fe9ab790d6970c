using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// Domains lend each other agents: who waits asks where the queue says, and nobody else does; who may not ask is refused; each attempt and each loan is begun once and ended once. What both
/// sides believe is compared whenever one of them commits: an agent whom one domain rings or talks to is reserved for that very call in the other.
/// </summary>
internal static class LendingRules
{
    private const long GraceMs = 30_000;
    private const long MarginMs = 5_000;
    private const long PauseMs = 30_000;
    private const long AwayMs = 120_000;

    /// <summary>A domain that was told so much and says nothing is asked once in a while only.</summary>
    private const long SilentFromCount = 1_000;

    /// <summary>An agent of another domain, as the domain that borrows them names them.</summary>
    public static bool IsLent(AgentId agent) => agent.Value.Contains('@', StringComparison.Ordinal);

    public static CallId GuestOf(DomainId home, PeerMessage message) => GuestOf(home, message.Call, message.Attempt);

    public static CallId GuestOf(DomainId home, CallId call, int attempt) => CallId.Of($"{home}:{call}:{attempt}");

    /// <summary>When a new offer is to end: of a guest later than it rings, of a lent agent not after the lender gives up.</summary>
    public static (long DueMs, long NotAfterMs) Deadline(Mirror mirror, CommittedTurn turn, OfferMade made)
    {
        if (IsLent(made.Agent) && turn.Input.Command is PeerSaid { Message: LendAgent lend })
        {
            long notAfterMs = lend.UntilMs - MarginMs;
            return (Math.Min(turn.NowMs + lend.RingTimeoutMs, notAfterMs), notAfterMs);
        }

        bool isGuest = mirror.Calls.TryGetValue(made.Offer.Call, out CallModel? call) && call.Home is not null;
        return (turn.NowMs + (mirror.Queue(made.Queue)?.RingTimeoutMs ?? 0) + (isGuest ? GraceMs : 0), long.MaxValue);
    }

    /// <summary>Nobody else would free an agent who talks for a domain that is away: whoever sets their state does.</summary>
    public static bool MayBeFreed(Mirror mirror, CommittedTurn turn, DomainId home, CallView before, CallView after) =>
        turn.Input.Command is SetAgentState set && set.Agent == before.Agent && before.State == CallState.Talking && after.Outcome == CallOutcome.Answered
        && turn.NowMs - mirror.Heard.GetValueOrDefault(home).HeardMs > AwayMs;

    /// <summary>Before everything else: what was taken before is taken no second time, and a guest gets a place.</summary>
    public static void Begin(Mirror mirror, CommittedTurn turn)
    {
        if (turn.Input.Command is not PeerSaid said)
        {
            return;
        }

        long high = mirror.Peers.GetValueOrDefault(said.From);
        bool isNext = said.Number == high + 1 || (said.Number > high && said.Number == said.FirstOpen);
        ReplyCode expected = said.Number <= high || isNext ? ReplyCode.Ok : ReplyCode.Conflict;
        Require(turn.Result.Reply.Code == expected, "peer-order", $"message {said.Number} of {said.From} after {high} was answered {turn.Result.Reply}");
        turn.IsFreshMessage = isNext;
        if (!isNext)
        {
            Require(turn.Result.Effects.Count == 0 && turn.Result.Events.Count == 0, "peer-repeat", $"message {said.Number} of {said.From} after {high} did something");
            return;
        }

        mirror.Peers[said.From] = said.Number;
        mirror.Heard[said.From] = (turn.NowMs, 0);
        switch (said.Message)
        {
            case SeekAgent seek:
                CheckRefusal(mirror, turn, said, seek);
                break;
            case SeekRefused refused:
                if (mirror.Seeks.Remove((refused.Call, refused.Attempt)) && refused.Reason is not (RefusalReason.HomeSilent or RefusalReason.Forgotten))
                {
                    Pause(mirror, refused.Call, refused.Attempt, turn.NowMs);
                }

                break;
            case LoanAnswered or LoanFailed or LoanReturned or StopSeeking:
                mirror.Loans.Remove((said.Message.Call, said.Message.Attempt));
                break;
            default:
                break;
        }
    }

    /// <summary>What the turn says to others, before the events are taken.</summary>
    public static void Tell(Mirror mirror, CommittedTurn turn, GatewayId to, PeerMessage message)
    {
        (CallId, int) key = (message.Call, message.Attempt);
        DomainId domain = DomainId.Of(to.Value["domain:".Length..]);
        mirror.Heard[domain] = mirror.Heard.TryGetValue(domain, out (long HeardMs, long ToldCount) heard) ? (heard.HeardMs, heard.ToldCount + 1) : (turn.NowMs, 1);
        switch (message)
        {
            case SeekAgent:
                CheckSilence(mirror, turn, domain, heard.ToldCount);
                Require(mirror.Seeks.TryAdd(key, to), "borrow-attempt", $"{message} is told twice");
                break;
            case StopSeeking { Reason: StopReason.NotSought }:
                Require(!mirror.Seeks.ContainsKey(key), "borrow-attempt", $"{message} says that nobody asks, and it is open");
                break;
            case StopSeeking or LoanAnswered:
                Require(mirror.Seeks.Remove(key), "borrow-attempt", $"{message} ends what is not open");
                if (message is StopSeeking { Reason: RefusalReason.TooLate })
                {
                    Pause(mirror, message.Call, message.Attempt, turn.NowMs);
                }

                break;
            case LendAgent lend:
                Require(mirror.Loans.TryAdd(key, (to, lend.Loan)), "lent-twice", $"{message}: {mirror.Loans.GetValueOrDefault(key)} is lent still");
                break;
            default:
                break;
        }
    }

    /// <summary>After the events were taken.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn)
    {
        foreach (AddressedEffect effect in turn.Result.Effects)
        {
            if (effect.Effect is TellDomain { Message: SeekRefused { Reason: RefusalReason.HomeSilent } silent })
            {
                mirror.Loans.Remove((silent.Call, silent.Attempt));
                mirror.Silent.Add(CallId.Of($"{effect.Gateway.Value["domain:".Length..]}:{silent.Call}:{silent.Attempt}"));
            }
        }

        if (turn.Input.Command is SetAgentState)
        {
            mirror.Silent.UnionWith(turn.Result.Events.OfType<CallChanged>().Where(changed => changed.Call is { State: CallState.Ended, Home: not null }).Select(changed => changed.Call.Id));
        }

        foreach (CallModel call in mirror.Calls.Values)
        {
            if (call.Home is null)
            {
                CheckAsking(mirror, turn, call);
            }
        }
    }

    /// <summary>
    /// Whom one domain rings or talks to, as it has committed, is reserved for that call in the agent's own domain, and no other domain, nor their own, rings or talks to them; unless their own has given up waiting for word.
    /// </summary>
    public static void CheckAcross(IReadOnlyDictionary<DomainId, Mirror> mirrors)
    {
        HashSet<(DomainId, AgentId)> busy = [];
        foreach ((DomainId home, Mirror mirror) in mirrors)
        {
            foreach (CallModel call in mirror.Calls.Values)
            {
                if (call.Home is not null || call.View is not { State: CallState.Talking or CallState.Ringing } view)
                {
                    continue;
                }

                IEnumerable<AgentId> agents = view.State == CallState.Talking ? view.Agent is { } talks ? [talks] : [] : mirror.OffersOf(call.Id).Select(offer => offer.Agent);
                foreach (AgentId agent in agents)
                {
                    if (IsLent(agent))
                    {
                        CheckReserved(mirrors, home, call.Id, agent, busy);
                    }
                    else
                    {
                        Require(busy.Add((home, agent)), "rung-twice", $"{call.Id} of {home} has {agent}, whom another domain has, too");
                    }
                }
            }
        }
    }

    /// <summary>At rest nothing is asked, and nobody lent.</summary>
    public static void CheckQuiet(Mirror mirror)
    {
        Require(mirror.Seeks.Count == 0, "borrow-left", $"{mirror.DomainId} asks still: {string.Join(", ", mirror.Seeks)}");
        Require(mirror.Loans.Count == 0, "loan-left", $"{mirror.DomainId} lends still: {string.Join(", ", mirror.Loans)}");
    }

    private static void Pause(Mirror mirror, CallId id, int attempt, long nowMs)
    {
        if (mirror.Calls.TryGetValue(id, out CallModel? call) && call.View?.Seeks?.FirstOrDefault(seek => seek.Attempt == attempt) is { } seek)
        {
            call.PausedUntilMs[(seek.Domain, seek.Queue)] = nowMs + PauseMs;
        }
    }

    private static void CheckSilence(Mirror mirror, CommittedTurn turn, DomainId domain, long toldCount)
    {
        if (toldCount >= SilentFromCount)
        {
            Require(mirror.AskedSilentMs.GetValueOrDefault(domain) + PauseMs <= turn.NowMs, "borrow-silent", $"{domain} is asked at {turn.NowMs}, was told {toldCount} messages since it was heard, and was asked at {mirror.AskedSilentMs.GetValueOrDefault(domain)}");
            mirror.AskedSilentMs[domain] = turn.NowMs;
        }
    }

    private static void CheckReserved(IReadOnlyDictionary<DomainId, Mirror> mirrors, DomainId home, CallId call, AgentId agent, HashSet<(DomainId, AgentId)> busy)
    {
        (DomainId at, LendAgent lend) = mirrors[home].Lent.First(lent => lent.Key.Call == call && agent.Value == $"{lent.Value.Lend.Agent}@{lent.Value.Lender}").Value;
        Mirror lender = mirrors[at];
        CallId guest = GuestOf(home, lend);
        bool isReserved = lender.Agents.TryGetValue(lend.Agent, out AgentModel? model) && model.State is AgentState.Offered or AgentState.Talking
            && lender.Calls.TryGetValue(guest, out CallModel? held) && held.View?.Agent == lend.Agent;
        if (!lender.Silent.Contains(guest))
        {
            Require(isReserved, "lent-not-reserved", $"{call} of {home} has {agent}, who is {model?.State} there with {model?.View?.Call}");
            Require(busy.Add((at, lend.Agent)), "rung-twice", $"{call} of {home} has {agent}, whom another domain has, too");
        }
    }

    private static void CheckRefusal(Mirror mirror, CommittedTurn turn, PeerSaid said, SeekAgent seek)
    {
        CallId id = GuestOf(said.From, seek);
        QueueConfiguration? queue = mirror.Queue(seek.Queue);
        string? expected = queue is null ? RefusalReason.UnknownQueue : !queue.Guests.Contains(said.From) ? RefusalReason.NotAGuest
            : queue.Overflow.Any(rule => rule.On == OverflowCondition.Closed && !mirror.IsOpen(rule.Calendar!, turn.NowMs)) ? RefusalReason.Closed : null;
        string? refused = turn.Result.Effects.Select(effect => effect.Effect).OfType<TellDomain>().Select(tell => tell.Message).OfType<SeekRefused>()
            .FirstOrDefault(answer => answer.Call == seek.Call && answer.Attempt == seek.Attempt)?.Reason;
        Require(refused == expected, "borrow-refusal", $"{said} was refused: {refused ?? "not"}, expected {expected ?? "not"}");
        if (turn.Result.Events.OfType<CallChanged>().Any(changed => changed.Call.Id == id))
        {
            CallModel guest = new()
            {
                Id = id,
                Gateway = PeerAddress.Of(said.From),
                LateOffer = false,
                ArrivedSequence = turn.Input.Sequence,
                Queue = seek.Queue,
                EnteredMs = turn.NowMs,
                Home = said.From,
                Asked = seek,
            };
            LentCoolOffRules.Take(guest, seek, turn.NowMs);
            mirror.Calls.Add(id, guest);
        }
    }

    private static void CheckAsking(Mirror mirror, CommittedTurn turn, CallModel call)
    {
        CallView view = call.Seen;
        IReadOnlyList<SeekView> seeks = view.Seeks ?? [];
        DomainId? lender = view.Agent is { } agent && IsLent(agent) ? DomainId.Of(agent.Value.Split('@')[1]) : null;
        Require(view.Lender == lender, "lender", $"{view} is said to have an agent of {view.Lender}");
        bool mayAsk = view is { State: CallState.Waiting, HoldUntilMs: null, SuspendedMs: null };
        bool ringsLent = mirror.OffersOf(call.Id).Any(offer => IsLent(offer.Agent));
        Require(mayAsk || ringsLent || !seeks.Any(seek => seek.State == SeekState.Open), "borrow-unneeded", $"{view} asks {string.Join(", ", seeks)}");
        foreach (SeekView seek in seeks.Where(seek => seek.State == SeekState.Open))
        {
            Require(mirror.Seeks.GetValueOrDefault((call.Id, seek.Attempt)) == PeerAddress.Of(seek.Domain), "borrow-attempt", $"{view} shows {seek}, which it does not ask");
            bool isAgain = call.PausedUntilMs.TryGetValue((seek.Domain, seek.Queue), out long untilMs) && seek.SinceMs < untilMs;
            Require(!isAgain, "borrow-again", $"{view} asks {seek}, which is to be left alone until {untilMs}");
        }

        foreach (SeekView seek in seeks.Where(seek => seek.State == SeekState.Refused))
        {
            if (seek.Reason == RefusalReason.PeerSilent && seek.SinceMs == turn.NowMs)
            {
                long told = mirror.Heard.GetValueOrDefault(seek.Domain).ToldCount;
                Require(told >= SilentFromCount, "borrow-silent", $"{view} does not ask {seek}, which was told {told} messages since it was heard");
                call.PausedUntilMs[(seek.Domain, seek.Queue)] = turn.NowMs + PauseMs;
            }

            bool isPaused = call.PausedUntilMs.TryGetValue((seek.Domain, seek.Queue), out long untilMs) && seek.AgainAtMs == untilMs;
            Require(isPaused && (!mayAsk || !turn.TimersDone || untilMs > turn.NowMs || !mirror.Queue(call.Queue)!.Borrow.Any(rule => rule.Domain == seek.Domain && rule.Queue == seek.Queue)), "borrow-again", $"{view} at {turn.NowMs} does not ask {seek}, which was left alone until {untilMs}");
        }

        if (mayAsk && turn.TimersDone && mirror.Queue(call.Queue) is { } queue)
        {
            foreach (BorrowRule rule in queue.Borrow)
            {
                bool isDue = call.EnteredMs + call.ShiftMs + rule.AfterMs <= turn.NowMs;
                bool isAsked = seeks.Any(seek => seek.Domain == rule.Domain && seek.Queue == rule.Queue);
                bool isOlder = seeks.Any(seek => seek.Domain == rule.Domain && seek.Queue == rule.Queue && seek.Attempt <= call.AttemptsBeforeCount);
                Require(isDue == isAsked || (isAsked && (isOlder || turn.NowMs < mirror.ConfiguredMs + call.ShiftMs + rule.AfterMs)), "borrow-due", $"{view} since {call.EnteredMs} + {call.ShiftMs} at {turn.NowMs}: {rule}, asks {string.Join(", ", seeks)}");
            }
        }
    }

    private static void Require(bool holds, string rule, [System.Runtime.CompilerServices.InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw new CheckFailure(rule, message.Take());
        }
    }
}
