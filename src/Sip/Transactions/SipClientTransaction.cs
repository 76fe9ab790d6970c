using System.Globalization;
using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>The sending side of one request. Made by the stack.</summary>
public abstract class SipClientTransaction : SipTransaction
{
    private ISipClientUser _user;
    private SipFlow? _flow;
    private byte[]? _bytes;
    private byte[]? _ack;
    private bool _isReleased;
    private bool _isRepeat;
    private SipTransactionFailure? _refusal;

    private protected SipClientTransaction(SipTransactionLayer layer, SipRequest request, ISipClientUser user, string branch)
        : base(layer, request)
    {
        _user = user;
        Branch = branch;
        Key = TransactionKey.ForClient(branch, request.Method);
    }

    /// <summary>Branch of the Via that the transaction put on top.</summary>
    public string Branch { get; }

    /// <summary>Where the request went; null while its destination is being looked up.</summary>
    public SipFlow? Flow => _flow;

    internal TransactionKey Key { get; }

    /// <summary>True when the transaction ends without ever sending.</summary>
    internal bool IsRefused => _refusal is not null;

    internal override SipFlow? SendFlow => _flow;

    /// <summary>The Via of a request that leaves by the flow. rport is asked for where the source port says something (RFC 3581 §3).</summary>
    internal static string ViaFor(SipFlow flow, string branch) => string.Create(
        CultureInfo.InvariantCulture,
        $"SIP/2.0/{flow.Kind.ToViaName()} {flow.SentByHost}:{flow.SentByPort};branch={branch}{(flow.IsReliable ? "" : ";rport")}");

    /// <summary>
    /// The user has done with the request: what is still to be told goes to another one, which should hold little, and from the final response on
    /// only the bytes are kept that answer its repeats.
    /// </summary>
    /// <param name="successor">Told from now on, of repeats of a 2xx above all; null when nobody is to be told.</param>
    /// <param name="userState">The new <see cref="SipTransaction.UserState"/>.</param>
    public void Release(ISipClientUser? successor = null, object? userState = null)
    {
        Layer.Loop.AssertOnLoop();
        _user = successor ?? SilentClientUser.Instance;
        UserState = userState;
        _isReleased = true;
        DropMessages();
    }

    /// <summary>Pushes the Via (unless the request carries it already, as a CANCEL does), sends, and starts the timers.</summary>
    internal void Begin(SipFlow flow, bool pushesVia)
    {
        _flow = flow;
        if (pushesVia)
        {
            Request.Headers.AddFirst(HeaderId.Via, ViaFor(flow, Branch));
        }

        _bytes = Layer.Output.Write(Request);
        OnBegin();
    }

    /// <summary>While the destination is being looked up: the transaction ends with a time-out should the answer be lost.</summary>
    internal void AwaitDestination() => StartTimeout(Timers.Timeout);

    /// <summary>Ends with a failure that is told when the present work of the loop is done.</summary>
    internal void RefuseLater(SipTransactionFailure failure)
    {
        _refusal = failure;
        ReportSendFailureLater();
    }

    internal sealed override void OnTransportError()
    {
        if (_refusal is { } failure)
        {
            Terminate();
            _user.OnFailure(this, failure);
        }
        else
        {
            OnSendError();
        }
    }

    internal abstract void OnResponse(SipResponse response, SipFlow flow);

    /// <summary>A final response has come, or none will.</summary>
    private protected abstract bool IsOver { get; }

    private protected abstract void OnBegin();

    private protected abstract void OnSendError();

    /// <summary>Carries out a row. The state has been set already; the user is called last.</summary>
    private protected void Run(TransactionActions actions, bool terminated, SipResponse? response, SipFlow? flow)
    {
        if (actions.HasFlag(TransactionActions.SendRequest))
        {
            SendRequest();
        }

        if (actions.HasFlag(TransactionActions.SendAck))
        {
            SendAck(response!);
        }

        RunTimers(actions);
        if (terminated)
        {
            Terminate();
        }

        if (actions.HasFlag(TransactionActions.Deliver))
        {
            _user.OnResponse(this, response!, flow!);
        }

        if (actions.HasFlag(TransactionActions.ReportTimeout))
        {
            Layer.Counters.Add(SipCounter.TransactionTimedOut);
            _user.OnFailure(this, SipTransactionFailure.Timeout);
        }

        if (actions.HasFlag(TransactionActions.ReportTransportError))
        {
            _user.OnFailure(this, SipTransactionFailure.TransportError);
        }

        DropMessages();
    }

    private void DropMessages()
    {
        if (_isReleased && (IsTerminated || IsOver))
        {
            DropRequest();
            _bytes = null;
        }
    }

    private void SendRequest()
    {
        if (_isRepeat)
        {
            Layer.Counters.Add(SipCounter.RequestRetransmitted);
        }

        _isRepeat = true;
        if (Layer.Output.SendRequest(_flow!, Key.Method, _bytes!) != SipSendResult.Sent)
        {
            ReportSendFailureLater();
        }
    }

    private void SendAck(SipResponse response)
    {
        // One ACK for the response and its repeats, which gets "re-passed" (RFC 3261 §17.1.1.2): elements in between let one final response through.
        _ack ??= Layer.Output.Write(Request.CreateAckFor(response));
        if (Layer.Output.SendRequest(_flow!, SipMethod.Ack, _ack) != SipSendResult.Sent)
        {
            ReportSendFailureLater();
        }
    }
}
