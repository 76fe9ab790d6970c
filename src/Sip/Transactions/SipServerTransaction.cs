using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>The receiving side of one request. Made by the stack.</summary>
public abstract class SipServerTransaction : SipTransaction
{
    private const int FirstFinalStatus = 200;

    private readonly int? _viaPort;
    private byte[]? _bytes;
    private int _status;
    private SipFlow _responseFlow;
    private SipSendResult _lastResult = SipSendResult.NotAllowed;

    private protected SipServerTransaction(SipTransactionLayer layer, SipRequest request, SipFlow flow, TransactionKey key)
        : base(layer, request)
    {
        Flow = flow;
        Key = key;
        _viaPort = request.Via.Port;
        _responseFlow = ResponseRoute.FlowFor(request, flow);
    }

    /// <summary>Where the request came from.</summary>
    public SipFlow Flow { get; }

    /// <summary>The newest response; null before the first, and once the transaction was released.</summary>
    public SipResponse? LastResponse { get; private set; }

    /// <summary>True once a final response was given.</summary>
    public bool IsAnswered => _status >= FirstFinalStatus;

    internal TransactionKey Key { get; }

    internal MergeKey? MergeKey { get; set; }

    internal override SipFlow SendFlow => _responseFlow;

    /// <summary>A repeat of the request is answered in the present, final state.</summary>
    private protected abstract bool RepeatsFinal { get; }

    /// <summary>
    /// Sends a response (made with <see cref="SipResponse.For"/>), which answers repeats of the request from now on. A failure that comes
    /// later is told by <see cref="ISipUser.OnServerFailure"/>.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A response that no element may send to anything but INVITE: 101–199 or 408 (RFC 4320 §4).
    /// </exception>
    public SipSendResult Respond(SipResponse response)
    {
        Layer.Loop.AssertOnLoop();
        if (!Allows(response))
        {
            return SipSendResult.NotAllowed;
        }

        LastResponse = response;
        _status = response.StatusCode;
        _bytes = Layer.Output.Write(response);
        _lastResult = SipSendResult.NotAllowed;
        OnRespond(response);
        return _lastResult;
    }

    /// <summary>
    /// Sends a final response and forgets the request: it is not repeated by time, and no transaction is kept (RFC 3261 §26.3.2.4 wants challenges to
    /// strangers so, because each would else cost memory for 32 s and, sent again over UDP, serve to flood a third party). A repeat of the request gets the
    /// same bytes while the answer is among the last ones (<see cref="SipTransactionOptions.ForgottenLimitAnswers"/>), and else is a new request.
    /// </summary>
    public SipSendResult RespondAndForget(SipResponse response)
    {
        Layer.Loop.AssertOnLoop();
        if (IsTerminated || _status != 0)
        {
            return Respond(response);
        }

        LastResponse = response;
        _status = response.StatusCode;
        byte[] bytes = Layer.Output.Write(response);
        SipSendResult result = Layer.Output.SendResponse(_responseFlow, _status, bytes);
        Layer.KeepAnswer(this, _status, bytes);
        Layer.Counters.Add(SipCounter.ResponseStateless);
        Terminate();
        return result;
    }

    /// <summary><see cref="Respond"/> with a final response and <see cref="Release"/>: for whoever has nothing more to do with the request.</summary>
    public SipSendResult Conclude(SipResponse response)
    {
        SipSendResult result = Respond(response);
        Release();
        return result;
    }

    /// <summary>
    /// The user has done with the request. Of both messages only the bytes are kept that a repeat is answered with, and <see cref="SipTransaction.UserState"/>
    /// is forgotten: so a waiting transaction is small, however large its request was, and keeps nothing of the user's alive. Before the final response nothing happens.
    /// </summary>
    public void Release()
    {
        Layer.Loop.AssertOnLoop();
        if (!IsAnswered)
        {
            return;
        }

        DropRequest();
        UserState = null;
        LastResponse = null;
        if (!RepeatsFinal)
        {
            _bytes = null;
        }
    }

    /// <summary>A final response was given in a former life.</summary>
    private protected void RestoreAnswered() => _status = FirstFinalStatus;

    /// <summary>The request came again.</summary>
    internal abstract void OnRepeat();

    private protected abstract bool Allows(SipResponse response);

    private protected abstract void OnRespond(SipResponse response);

    /// <summary>Carries out a row. The state has been set already; the user is called last.</summary>
    private protected void Run(TransactionActions actions, bool terminated, bool isRepeat, SipRequest? ack, SipFlow? flow)
    {
        if (actions.HasFlag(TransactionActions.SendResponse) && _bytes is not null)
        {
            SendResponse(isRepeat);
        }

        RunTimers(actions);
        if (terminated)
        {
            Terminate();
        }

        if (actions.HasFlag(TransactionActions.Deliver))
        {
            Layer.User.OnAck(ack!, flow!);
        }

        if (actions.HasFlag(TransactionActions.ReportTimeout))
        {
            Layer.Counters.Add(SipCounter.TransactionTimedOut);
            Layer.User.OnServerFailure(this, SipTransactionFailure.Timeout);
        }

        if (actions.HasFlag(TransactionActions.ReportTransportError))
        {
            Layer.User.OnServerFailure(this, SipTransactionFailure.TransportError);
        }
    }

    private void SendResponse(bool isRepeat)
    {
        if (isRepeat)
        {
            Layer.Counters.Add(SipCounter.ResponseRetransmitted);
        }

        _lastResult = Layer.Output.SendResponse(_responseFlow, _status, _bytes!);
        if (_lastResult == SipSendResult.FlowClosed && _responseFlow.IsConnection)
        {
            // RFC 3261 §18.2.2: when the connection is gone, a new one to the address of the Via. The stack follows the new flow.
            SipFlow replacement = ResponseRoute.Replacement(_viaPort, _responseFlow);
            Layer.MoveToFlow(this, _responseFlow, replacement);
            _responseFlow = replacement;
            _lastResult = Layer.Output.SendResponse(replacement, _status, _bytes!);
        }

        if (_lastResult != SipSendResult.Sent)
        {
            ReportSendFailureLater();
        }
    }
}
