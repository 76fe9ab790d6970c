using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Domain;

namespace Routing.Grains.Call;

/// <summary>Agents of other domains, from the side of the call that borrows them. Their offers are offers like others, but what becomes of the agent is the lender's to say.</summary>
internal static class CallLoans
{
    /// <summary>What a lent agent may ring at most ends so long before the lender gives up waiting for word: clocks of two silos differ by less.</summary>
    public const long MarginMs = 5_000;

    private const string Rule = "lent-agent";

    private const string Trigger = "agent-lent";

    /// <summary>Rings the agent if the call still wants one, and gives them back otherwise.</summary>
    public static void Offer(DomainId lender, LendAgent lend, TurnContext turn)
    {
        if (turn.FindCall(lend.Call) is not { IsGuest: false } call || CallSeeking.Find(call, lender, lend.Attempt) is not { } seek)
        {
            // Not only this agent is free: the attempt is over. Else the guest would be lent the next one, or the same, and so on without end.
            turn.Tell(lender, new StopSeeking(lend.Call, lend.Attempt, StopReason.NotSought));
        }
        else if (call.Record.State != CallState.Waiting || call.Line is null)
        {
            Return(lender, lend, "not-wanted", turn);
        }
        else if (lend.UntilMs - MarginMs <= turn.NowMs)
        {
            GiveUp(call, lender, seek, RefusalReason.TooLate, turn);
        }
        else if (!Identifier.IsValid(NameOf(lend.Agent, lender)))
        {
            GiveUp(call, lender, seek, RefusalReason.BadName, turn);
        }
        else
        {
            Begin(call, lender, lend, turn);
        }
    }

    /// <summary>The agent went away over there.</summary>
    public static void Recalled(DomainId lender, RecallAgent recall, TurnContext turn)
    {
        if (turn.FindCall(recall.Call) is { IsGuest: false } call
            && call.Record.Offers.Find(offer => offer.IsPending && offer.Loan is { } loan && loan.Lender == lender && loan.Attempt == recall.Attempt && loan.Number == recall.Loan) is { Loan: { } lent } pending)
        {
            GiveBack(call, pending, lent, "recalled", turn);
        }
    }

    /// <summary>The lender gave up: it heard nothing from here for too long, or lends nobody.</summary>
    public static void Refused(DomainId lender, SeekRefused refused, TurnContext turn)
    {
        if (turn.FindCall(refused.Call) is not { IsGuest: false } call)
        {
            return;
        }

        if (call.Record.Offers.Find(offer => offer.IsPending && offer.Loan is { } loan && loan.Lender == lender && loan.Attempt == refused.Attempt) is { } pending)
        {
            CallOffers.WithdrawnByAgent(call, call.OfferId(pending), turn);
        }

        // What the withdrawal led to may have ended the call or the attempt.
        if (!call.IsRemoved && CallSeeking.Find(call, lender, refused.Attempt) is { } seek)
        {
            CallSeeking.Refused(call, seek, refused.Reason, turn);
        }
    }

    /// <summary>The agent has rung for as long as a lent one may: the domain was down meanwhile.</summary>
    public static void GiveBack(CallGrain call, OfferRecord offer, LoanRecord loan, string reason, TurnContext turn)
    {
        turn.Tell(loan.Lender, new LoanReturned(call.Id, loan.Attempt, loan.Number, reason));
        CallOffers.WithdrawnByAgent(call, call.OfferId(offer), turn);
    }

    public static void Rings(CallGrain call, LoanRecord loan, TurnContext turn) => turn.Tell(loan.Lender, new LoanRinging(call.Id, loan.Attempt, loan.Number));

    /// <summary>Says to the lender what an agent of one's own would be told.</summary>
    public static void Tell(CallGrain call, LoanRecord loan, GrainMessage message, TurnContext turn)
    {
        switch (message)
        {
            case OfferWon:
                call.Record.Seeks.RemoveAll(seek => seek.Attempt == loan.Attempt);
                turn.Tell(loan.Lender, new LoanAnswered(call.Id, loan.Attempt, loan.Number));
                break;
            case OfferOver { Result: OfferResult.Declined or OfferResult.NoAnswer or OfferResult.Unreachable } over:
                OfferFailure failure = over.Result switch
                {
                    OfferResult.Declined => OfferFailure.Declined,
                    OfferResult.NoAnswer => OfferFailure.NoAnswer,
                    _ => OfferFailure.Unreachable,
                };
                turn.Tell(loan.Lender, new LoanFailed(call.Id, loan.Attempt, loan.Number, failure, call.FindOffer(over.Offer.Number)?.SipStatus ?? 0, null));
                break;
            case OfferOver:
                // The call wants nobody any more: the end of the attempt, at the end of the turn, says it.
                break;
            default:
                throw new InvalidOperationException($"Nothing is said to a lender for {message.GetType().Name}.");
        }
    }

    public static void End(CallGrain call, LoanRecord loan, CallOutcome outcome, bool isAgentFault, string text, TurnContext turn)
    {
        LoanResult result = outcome == CallOutcome.Answered ? LoanResult.Served : isAgentFault ? LoanResult.AgentFault : LoanResult.CallerFault;
        turn.Tell(loan.Lender, new LoanEnded(call.Id, loan.Attempt, loan.Number, result, text));
    }

    public static OfferCall Describe(CallGrain call, OfferRecord offer, LoanRecord loan) => new(call.Id)
    {
        Offer = call.OfferId(offer),
        Agent = offer.Agent,
        SipUser = loan.SipUser,
        Queue = offer.Queue,
        Targets = [.. loan.Targets.Select(static target => target.Binding)],
        RingTimeoutMs = offer.RingTimeoutMs,
        WaitedMs = offer.OfferedMs - call.Record.ArrivedMs,
    };

    private static void Begin(CallGrain call, DomainId lender, LendAgent lend, TurnContext turn)
    {
        LoanRecord loan = new() { Lender = lender, Attempt = lend.Attempt, Number = lend.Loan, SipUser = lend.SipUser, UntilMs = lend.UntilMs - MarginMs, CoolOffMs = lend.CoolOffMs };
        loan.Targets.AddRange(lend.Targets.Select(static target => new BindingRecord { Binding = target, SipCallId = string.Empty, CSeq = 0 }));
        AgentId agent = AgentId.Of(NameOf(lend.Agent, lender));
        WhyRecord why = new()
        {
            Trigger = Trigger,
            Rule = Rule,
            ConfigurationVersion = turn.Plan.Version,
            WaitedMs = turn.NowMs - call.Record.ArrivedMs,
            Agents = [new AgentCandidate(agent, 0, 0, 0)],
            PoolSize = 1,
            Ring = call.Record.Ring,
        };
        turn.Matching.LeaveLine(call);
        call.Trigger = Trigger;
        OfferRecord offer = new()
        {
            Agent = agent,
            OfferedMs = turn.NowMs,
            RingUntilMs = Math.Min(turn.NowMs + lend.RingTimeoutMs, loan.UntilMs),
            RingTimeoutMs = lend.RingTimeoutMs,
            Loan = loan,
        };
        CallOffers.Begin(call, offer, why, turn);
        call.Emit(turn, Describe(call, offer, loan));
    }

    /// <summary>Nobody whom that domain would lend now can be rung: the attempt ends, and another one begins after a pause.</summary>
    private static void GiveUp(CallGrain call, DomainId lender, SeekRecord seek, string reason, TurnContext turn)
    {
        turn.Tell(lender, new StopSeeking(call.Id, seek.Attempt, reason));
        CallSeeking.Refused(call, seek, reason, turn);
    }

    private static void Return(DomainId lender, LendAgent lend, string reason, TurnContext turn) =>
        turn.Tell(lender, new LoanReturned(lend.Call, lend.Attempt, lend.Loan, reason));

    /// <summary>What the lender calls an agent who is known here by <see cref="NameOf"/>.</summary>
    public static AgentId OwnName(AgentId agent, DomainId lender) => AgentId.Of(agent.Value[..^(lender.Value.Length + 1)]);

    private static string NameOf(AgentId agent, DomainId lender) => $"{agent}@{lender}";
}
