using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Grains.Call;

namespace Routing.Grains.Domain;

/// <summary>Brings what another domain says to its call: by what it borrows to the call that asked, by what it asks to a guest.</summary>
internal sealed class PeerDispatch(DomainState state)
{
    public CommandReply Hear(PeerSaid said, TurnContext turn)
    {
        switch (state.Domain.Take(said, turn))
        {
            case null:
                return new CommandReply(ReplyCode.Conflict, $"Message {said.Number} of domain '{said.From}' came before one that is missing.");
            case false:
                return CommandReply.Ok;
        }

        switch (said.Message)
        {
            case SeekAgent seek:
                Enter(said.From, seek, turn);
                break;
            case LendAgent lend:
                CallLoans.Offer(said.From, lend, turn);
                break;
            case RecallAgent recall:
                CallLoans.Recalled(said.From, recall, turn);
                break;
            case SeekRefused refused:
                CallLoans.Refused(said.From, refused, turn);
                break;
            case CheckGuest check:
                PeerChecks.Answer(said.From, check, turn);
                break;
            case CheckSeek check:
                PeerChecks.Answer(said.From, check, FindGuest(said), turn);
                break;
            default:
                if (FindGuest(said) is { } guest)
                {
                    GuestCalls.Hear(guest, said.Message, turn);
                }

                break;
        }

        return CommandReply.Ok;
    }

    /// <summary>The guest that the message is about. A call of this domain may happen to have its name, and is not told what others say.</summary>
    private CallGrain? FindGuest(PeerSaid said) =>
        GuestCalls.NameOf(said.From, said.Message.Call, said.Message.Attempt) is { } name && state.Calls.TryGetValue(name, out CallGrain? guest) && guest.Record.Home == said.From ? guest : null;

    private void Enter(DomainId home, SeekAgent seek, TurnContext turn)
    {
        CallId? name = GuestCalls.NameOf(home, seek.Call, seek.Attempt);
        if (Refusal(home, seek, name) is { } reason)
        {
            turn.Tell(home, new SeekRefused(seek.Call, seek.Attempt, reason));
        }
        else if (name is { } id && !state.Calls.ContainsKey(id))
        {
            CallGrain guest = new(id, new CallRecord { OrderNumber = state.Domain.NextCallNumber() });
            state.AddCall(guest);
            GuestCalls.Enter(guest, home, seek, turn);
        }
    }

    private string? Refusal(DomainId home, SeekAgent seek, CallId? name)
    {
        QueueConfiguration? queue = state.Plan.FindQueue(seek.Queue) is { } plan ? plan.Configuration : null;
        return seek.Protocol != SeekAgent.CurrentProtocol ? RefusalReason.UnknownProtocol
            : name is null ? RefusalReason.BadName
            : queue is null ? RefusalReason.UnknownQueue
            : !queue.Guests.Contains(home) ? RefusalReason.NotAGuest
            : state.Domain.Record.Guests.Waiting >= GuestCalls.MaxWaitingCount ? RefusalReason.TooMany
            : null;
    }
}
