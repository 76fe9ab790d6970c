using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Telephony.Registration;
using Routing.Sip.Dialogs;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Requests;

/// <summary>Every request finds its place here: a dialog of a call, the registrar, a new call, or a refusal.</summary>
internal sealed class RequestRouter : ISipUser
{
    private const int RetryAfterSeconds = 1;
    private const int NotReadyRetryAfterSeconds = 5;
    private const int HeldLimitRequests = 10_000;

    private readonly GatewayServices _services;
    private readonly CallAdmission _admission;
    private readonly Registrar _registrar;
    private Queue<Action>? _held = new();

    public RequestRouter(GatewayServices services)
    {
        _services = services;
        _admission = new CallAdmission(services);
        _registrar = new Registrar(services);
    }

    /// <summary>The calls of the former life are there: what was asked meanwhile is answered, in order.</summary>
    public void Open()
    {
        var held = _held;
        _held = null;
        while (held is not null && held.TryDequeue(out var work))
        {
            work();
        }
    }

    /// <summary>What other gateways and their calls' phones say to each other goes on at once: nothing of it is kept here, so no former life is waited for.</summary>
    public bool TryForward(SipRequest request, SipFlow flow) => _services.Edge?.TryForward(request, flow) ?? false;

    public void OnRequest(SipServerTransaction transaction, SipFlow flow)
    {
        if (_held is not null)
        {
            Hold(() => OnRequest(transaction, flow));
            return;
        }

        if (transaction.UserState is not null || transaction.IsAnswered)
        {
            // An INVITE that came again while its call was being restored: it is that call's.
            return;
        }

        var request = transaction.Request;
        if (request.To.Tag is { } tag)
        {
            OnDialogRequest(transaction, tag);
            return;
        }

        switch (request.Method)
        {
            case SipMethod.Invite:
                _admission.OnInvite((InviteServerTransaction)transaction);
                break;
            case SipMethod.Register:
                _registrar.OnRegister(transaction);
                break;
            case SipMethod.Options:
                _services.Authenticator.Answer(transaction, _services.Responses.RefuseExtensions(request) ?? Probed(request));
                break;
            case SipMethod.Bye or SipMethod.Update or SipMethod.Info or SipMethod.Prack:
                // These live inside dialogs only (RFC 3261 §15.1.2).
                _services.Authenticator.Answer(transaction, _services.Responses.For(request, 481));
                break;
            default:
                _services.Authenticator.Answer(transaction, _services.Responses.RefuseMethod(request));
                break;
        }
    }

    public void OnAck(SipRequest ack, SipFlow flow)
    {
        if (_held is not null)
        {
            Hold(() => OnAck(ack, flow));
            return;
        }

        if (ack.To.Tag is { } tag && _services.Calls.FindLeg(tag) is { } leg && leg.Dialog.Receive(ack) == DialogCheck.Accepted && leg.TakeAck(ack))
        {
            leg.Session.OnAck(leg, SdpBody.Read(ack));
        }
    }

    public void OnCancel(NonInviteServerTransaction cancel, InviteServerTransaction? invite, SipFlow flow)
    {
        if (_held is not null)
        {
            Hold(() => OnCancel(cancel, _services.Stack.FindInvite(cancel.Request), flow));
            return;
        }

        switch (invite?.UserState)
        {
            case CallSession session:
                session.OnCancel(cancel);
                break;
            case null when invite is null or { IsPending: true }:
                _services.Authenticator.Answer(cancel, _services.Responses.For(cancel.Request, 481));
                break;
            default:
                // An INVITE whose call is over, which needs 200 and nothing else (RFC 3261 §9.2), or a question inside a dialog: it is answered soon
                // anyway, which is allowed there.
                cancel.Conclude(_services.Responses.For(cancel.Request, 200));
                break;
        }
    }

    public void OnStrayResponse(SipResponse response, SipFlow flow)
    {
        if (_services.Edge?.TryForward(response) == true)
        {
            return;
        }

        if (_held is not null)
        {
            Hold(() => OnStrayResponse(response, flow));
            return;
        }

        _services.Strays.OnResponse(response, flow);
    }

    public void OnServerFailure(SipServerTransaction transaction, SipTransactionFailure failure)
    {
        // A lost refusal or its ACK: the transaction has repeated what can be repeated, the other end will hear nothing more from us.
        if (failure == SipTransactionFailure.TransportError && transaction is { UserState: CallSession session, LastResponse.IsSuccess: true })
        {
            session.OnAnswerLost();
        }
    }

    public void OnFlowClosed(SipFlow flow, SipFlowCloseReason reason)
    {
        _services.Flows.Forget(flow);
        _services.Edge?.Forget(flow);
    }

    /// <summary>Beyond the limit nothing is answered: over UDP it comes again.</summary>
    private void Hold(Action work)
    {
        if (_held!.Count < HeldLimitRequests)
        {
            _held.Enqueue(work);
        }
    }

    private void OnDialogRequest(SipServerTransaction transaction, string tag)
    {
        var request = transaction.Request;
        if (_services.Calls.FindLeg(tag) is not { } leg)
        {
            Stray(transaction);
            return;
        }

        switch (leg.Dialog.Receive(request))
        {
            case DialogCheck.NotInDialog:
                Stray(transaction);
                break;
            case DialogCheck.OutOfOrder:
                transaction.Conclude(_services.Responses.For(request, 500, null, "CSeq out of order"));
                break;
            default:
                if (_services.Responses.RefuseExtensions(request) is { } refusal)
                {
                    transaction.Conclude(refusal);
                }
                else
                {
                    InDialog(leg, transaction);
                }

                break;
        }
    }

    private void InDialog(LegShell leg, SipServerTransaction transaction)
    {
        var request = transaction.Request;
        switch (request.Method)
        {
            case SipMethod.Bye:
                leg.Session.OnBye(leg, transaction);
                break;
            case SipMethod.Invite or SipMethod.Update:
                Question(leg, transaction);
                break;
            case SipMethod.Info:
                leg.Session.OnInfo(leg, transaction);
                break;
            case SipMethod.Options:
                transaction.Conclude(_services.Responses.Capabilities(request));
                break;
            case SipMethod.Prack:
                transaction.Conclude(_services.Responses.For(request, 481));
                break;
            default:
                transaction.Conclude(_services.Responses.RefuseMethod(request));
                break;
        }
    }

    private void Question(LegShell leg, SipServerTransaction transaction)
    {
        var request = transaction.Request;
        if (leg.Question is not null)
        {
            // A second one before the first is answered (RFC 3261 §14.2).
            transaction.Conclude(_services.Responses.RetryLater(request, 500, RetryAfterSeconds));
        }
        else if (SdpBody.IsForeign(request))
        {
            transaction.Conclude(_services.Responses.For(request, 415));
        }
        else if (!SdpBody.TryRead(request, out var offer))
        {
            transaction.Conclude(_services.Responses.For(request, 488));
        }
        else if (offer is null && !request.IsInvite)
        {
            // A refresh of a session timer, which we do not run: it asks for nothing but an answer.
            leg.Dialog.RefreshTarget(request);
            var response = _services.Responses.For(request, 200);
            response.Headers.Set(HeaderId.Contact, leg.Dialog.LocalContact);
            transaction.Conclude(response);
        }
        else
        {
            leg.Session.OnReinvite(leg, transaction, offer);
        }
    }

    /// <summary>What an INVITE would meet (RFC 3261 §11.2): who asks this regularly sends calls elsewhere while the answer is 503.</summary>
    private SipResponse Probed(SipRequest request) =>
        _services.Readiness.IsReady() && !_services.Domains.IsInDoubt && _services.Calls.Count < _services.Options.CallsLimit ? _services.Responses.Capabilities(request) : _services.Responses.RetryLater(request, 503, NotReadyRetryAfterSeconds);

    /// <summary>481 ends the dialog (RFC 5057 §5.1), 503 only this request: the call may be one that a domain has not handed back yet.</summary>
    private void Stray(SipServerTransaction transaction)
    {
        _services.Counters.Add(SipGatewayCounter.StrayRequests);
        var request = transaction.Request;
        _services.Authenticator.Answer(
            transaction, _services.Readiness.IsJoining ? _services.Responses.RetryLater(request, 503, NotReadyRetryAfterSeconds) : _services.Responses.For(request, 481));
    }
}
