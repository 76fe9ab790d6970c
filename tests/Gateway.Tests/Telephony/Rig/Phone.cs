using System.Buffers;
using System.Net;
using System.Text;
using Routing.Sip.Dialogs;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Stack;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>A SIP end moved by the test: it does nothing of its own but what transactions do, and keeps everything that it sees.</summary>
internal sealed class Phone : ISipUser, ISipClientUser, IDisposable
{
    private readonly SipStack _stack;
    private readonly IPEndPoint _address;
    private readonly string _name;
    private int _calls;

    public Phone(SipLoop loop, string name, ISipTransport transport)
    {
        _name = name;
        _address = transport.LocalEndPoint;
        int seed = 1;
        _stack = new SipStack(loop, this, null, bytes =>
        {
            // Each phone has random numbers of its own, the same in every run.
            new Random((_address.Port * 1_000) + (_address.Address.GetAddressBytes()[3] * 7) + seed++).NextBytes(bytes);
        });
        Transport = transport;
        _stack.AddTransport(Transport);
    }

    public ISipTransport Transport { get; }

    public string Name => _name;

    /// <summary>Something arrived. On the loop.</summary>
    public Action Arrived { get; set; } = static () => { };

    public List<SipServerTransaction> Requests { get; } = [];

    public List<SipRequest> Acks { get; } = [];

    public List<SipRequest> Cancels { get; } = [];

    public List<SipResponse> Responses { get; } = [];

    public List<SipTransactionFailure> Failures { get; } = [];

    /// <summary>Set when the phone called or answered.</summary>
    public Dialog? Dialog { get; private set; }

    public InviteClientTransaction? Call { get; private set; }

    /// <summary>The description that it offered last; null before the first.</summary>
    public byte[]? Offered { get; private set; }

    public string Contact => $"<sip:{_name}@{_address}{(Transport.Kind == SipTransportKind.Tcp ? ";transport=tcp" : "")}>";

    public SipResponse LastResponse => Responses[^1];

    public IEnumerable<int> Statuses => Responses.Select(static response => response.StatusCode);

    public static byte[] Sdp(string address, int port, string formats = "8 0", string? direction = null) => Encoding.UTF8.GetBytes(
        $"v=0\r\no=x 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} RTP/AVP {formats}\r\n{(direction is null ? "" : $"a={direction}\r\n")}");

    public SipRequest NewRequest(string method, string uri, byte[]? sdp = null)
    {
        var target = SipUri.Parse(uri);
        var request = SipRequest.Create(
            method, target, new NameAddress(SipUri.Parse($"sip:{_name}@{_address.Address}")).WithTag($"{_name}-{_calls}"), new NameAddress(target), $"{_name}-call-{_calls}", 1);
        request.Headers.Set(HeaderId.Contact, Contact);
        if (sdp is not null)
        {
            request.SetBody("application/sdp", sdp);
        }

        return request;
    }

    public void Invite(string uri, byte[]? sdp, Action<SipRequest>? change = null)
    {
        _calls++;
        Offered = sdp;
        Responses.Clear();
        var request = NewRequest(SipMethod.Invite, uri, sdp);
        change?.Invoke(request);
        Call = (InviteClientTransaction)_stack.SendRequest(request, SipDestination.To(request.RequestUri), this);
    }

    public void Send(SipRequest request) => _stack.SendRequest(request, SipDestination.To(request.RequestUri), this);

    /// <summary>A request as it is, without a transaction; what comes back is seen as a stray response.</summary>
    public void SendRaw(SipRequest request, string branch)
    {
        request.Headers.AddFirst(HeaderId.Via, $"SIP/2.0/{Transport.Kind.ToViaName()} {_address};branch={branch};rport");
        ArrayBufferWriter<byte> bytes = new();
        SipWriter.Write(request, bytes);
        Transport.Send(Transport.GetFlow(new IPEndPoint(IPAddress.Loopback, 5060)), bytes.WrittenMemory);
    }

    /// <summary>Sends a request elsewhere than its Request-URI says.</summary>
    public void Send(SipRequest request, string uri) => _stack.SendRequest(request, SipDestination.To(SipUri.Parse(uri)), this);

    /// <summary>ACK of the last 200, with an answer or not.</summary>
    public void Ack(byte[]? sdp = null)
    {
        var success = Responses.Last(static response => response.IsSuccess && response.CSeq.Method == SipMethod.Invite);
        if (Dialog is null || Dialog.State == DialogState.Terminated)
        {
            Dialog = Dialog.TryCreateUac(Call!.Request, success, false, out var dialog) ? dialog : throw new InvalidOperationException("no dialog");
        }

        var ack = Dialog.CreateAck(success.CSeq.Number);
        if (sdp is not null)
        {
            ack.SetBody("application/sdp", sdp);
        }

        _stack.SendAck(ack, To(Dialog));
    }

    /// <summary>A request in the dialog.</summary>
    public void Ask(string method, byte[]? body = null, string contentType = "application/sdp", Action<SipRequest>? change = null)
    {
        var request = Dialog!.CreateRequest(method);
        if (body is not null)
        {
            request.SetBody(contentType, body);
        }

        Offered = method == SipMethod.Invite ? body ?? Offered : Offered;
        change?.Invoke(request);
        var transaction = _stack.SendRequest(request, To(Dialog), this);
        Call = transaction as InviteClientTransaction ?? Call;
    }

    public SipServerTransaction LastRequest(string method) => Requests.Last(transaction => transaction.Request.Method == method);

    public int CountOf(string method) => Requests.Count(transaction => transaction.Request.Method == method);

    /// <summary>Answers the last request of this method; a 2xx to an INVITE makes or keeps the dialog.</summary>
    public void Respond(string method, int status, byte[]? sdp = null, Action<SipResponse>? change = null)
    {
        var transaction = LastRequest(method);
        var response = SipResponse.For(transaction.Request, status, $"{_name}-tag");
        if (status < 300)
        {
            response.Headers.Set(HeaderId.Contact, Contact);
        }

        if (sdp is not null)
        {
            response.SetBody("application/sdp", sdp);
        }

        change?.Invoke(response);
        if (method == SipMethod.Invite && status is >= 200 and < 300 && transaction.Request.To.Tag is null)
        {
            Dialog = Dialog.TryCreateUas(transaction.Request, $"{_name}-tag", Contact, false, out var dialog) ? dialog : null;
            Dialog?.Confirm();
        }

        transaction.Respond(response);
    }

    public void OnRequest(SipServerTransaction transaction, SipFlow flow) => Keep(Requests, transaction);

    public void OnAck(SipRequest ack, SipFlow flow) => Keep(Acks, ack);

    public void OnCancel(NonInviteServerTransaction cancel, InviteServerTransaction? invite, SipFlow flow)
    {
        Keep(Cancels, cancel.Request);
        cancel.Respond(SipResponse.For(cancel.Request, invite is null ? 481 : 200, $"{_name}-tag"));
        if (invite is { IsPending: true } && AnswersCancel)
        {
            invite.Respond(SipResponse.For(invite.Request, 487, $"{_name}-tag"));
        }
    }

    /// <summary>487 to a cancelled INVITE, as phones do; false to let a 200 cross.</summary>
    public bool AnswersCancel { get; set; } = true;

    public void OnStrayResponse(SipResponse response, SipFlow flow) => Keep(Responses, response);

    public void OnServerFailure(SipServerTransaction transaction, SipTransactionFailure failure)
    {
    }

    public void OnFlowClosed(SipFlow flow, SipFlowCloseReason reason)
    {
    }

    public void OnResponse(SipClientTransaction transaction, SipResponse response, SipFlow flow) => Keep(Responses, response);

    public void OnFailure(SipClientTransaction transaction, SipTransactionFailure failure) => Keep(Failures, failure);

    public void Dispose() => _stack.Dispose();

    private void Keep<T>(List<T> list, T item)
    {
        list.Add(item);
        Arrived();
    }

    private static SipDestination To(Dialog dialog) => SipDestination.To(
        dialog.RouteSet.Count > 0 && NameAddress.TryParse(dialog.RouteSet[0], out var route) ? route.Uri : dialog.RemoteTarget);
}
