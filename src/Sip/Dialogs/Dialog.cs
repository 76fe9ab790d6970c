using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Routing.Sip.Messages;

namespace Routing.Sip.Dialogs;

/// <summary>
/// The state of one dialog (RFC 3261 §12), for both sides. It makes requests and judges those that come in; it sends nothing
/// and has no timers.
/// Owned by one thread. Everything in it is in its <see cref="DialogSnapshot"/>.
/// </summary>
public sealed class Dialog
{
    private readonly NameAddress _localAddress;
    private readonly NameAddress _remoteAddress;
    private List<string> _routeSet;

    private Dialog(
        DialogId id,
        NameAddress localAddress,
        NameAddress remoteAddress,
        string localContact,
        SipUri remoteTarget,
        List<string> routeSet)
    {
        Id = id;
        _localAddress = localAddress;
        _remoteAddress = remoteAddress;
        LocalContact = localContact;
        RemoteTarget = remoteTarget;
        _routeSet = routeSet;
    }

    public DialogId Id { get; }

    /// <summary>Our Contact header value; what is set here goes out with the next request that refreshes the target.</summary>
    public string LocalContact { get; set; }

    public SipUri LocalUri => _localAddress.Uri;

    public SipUri RemoteUri => _remoteAddress.Uri;

    public SipUri RemoteTarget { get; private set; }

    public IReadOnlyList<string> RouteSet => _routeSet;

    public int LocalCSeq { get; private set; }

    public int? RemoteCSeq { get; private set; }

    public bool IsSecure { get; private init; }

    public DialogState State { get; private set; }

    /// <summary>The side that was called (§12.1.1): from the request and the tag that its responses carry.</summary>
    /// <returns>False when the request has no usable Contact: 400.</returns>
    public static bool TryCreateUas(
        SipRequest request, string localTag, string localContact, bool isOverTls, [NotNullWhen(true)] out Dialog? dialog)
    {
        dialog = null;
        var contacts = request.Headers.Contacts;
        if (contacts.Count != 1)
        {
            return false;
        }

        dialog = new Dialog(
            new DialogId(request.CallId, localTag, request.From.Tag ?? ""),
            WithoutTag(request.To),
            WithoutTag(request.From),
            localContact,
            contacts[0].Uri,
            [.. request.Headers.GetAll(HeaderId.RecordRoute)])
        {
            RemoteCSeq = request.CSeq.Number,
            IsSecure = isOverTls && request.RequestUri.IsSecure,
        };
        return true;
    }

    /// <summary>The side that called (§12.1.2): from the request as sent and a response of 101..299 with a To tag.</summary>
    /// <returns>False when the response makes no dialog: no tag, or no usable Contact.</returns>
    public static bool TryCreateUac(SipRequest request, SipResponse response, bool isOverTls, [NotNullWhen(true)] out Dialog? dialog)
    {
        dialog = null;
        var contacts = response.Headers.Contacts;
        if (response.StatusCode is <= 100 or >= 300 || response.To.Tag is not { } remoteTag || contacts.Count != 1)
        {
            return false;
        }

        dialog = new Dialog(
            new DialogId(request.CallId, request.From.Tag ?? "", remoteTag),
            WithoutTag(request.From),
            WithoutTag(request.To),
            request.Headers[HeaderId.Contact] ?? "",
            contacts[0].Uri,
            ReversedRecordRoute(response))
        {
            LocalCSeq = request.CSeq.Number,
            IsSecure = isOverTls && request.RequestUri.IsSecure,
            State = response.IsSuccess ? DialogState.Confirmed : DialogState.Early,
        };
        return true;
    }

    /// <exception cref="FormatException">An address in the record is malformed: it was not written by <see cref="ToSnapshot"/>.</exception>
    public static Dialog Restore(DialogSnapshot snapshot) => new(
        new DialogId(snapshot.CallId, snapshot.LocalTag, snapshot.RemoteTag),
        ParseStored(snapshot.LocalAddress),
        ParseStored(snapshot.RemoteAddress),
        snapshot.LocalContact,
        SipUri.Parse(snapshot.RemoteTarget),
        [.. snapshot.RouteSet])
    {
        LocalCSeq = snapshot.LocalCSeq,
        RemoteCSeq = snapshot.RemoteCSeq,
        IsSecure = snapshot.IsSecure,
        State = snapshot.State,
    };

    public DialogSnapshot ToSnapshot() => new()
    {
        CallId = Id.CallId,
        LocalTag = Id.LocalTag,
        RemoteTag = Id.RemoteTag,
        LocalAddress = _localAddress.ToString(),
        RemoteAddress = _remoteAddress.ToString(),
        LocalContact = LocalContact,
        RemoteTarget = RemoteTarget.ToString(),
        RouteSet = [.. _routeSet],
        LocalCSeq = LocalCSeq,
        RemoteCSeq = RemoteCSeq,
        IsSecure = IsSecure,
        State = State,
    };

    /// <summary>We have sent the 2xx.</summary>
    public void Confirm()
    {
        if (State == DialogState.Early)
        {
            State = DialogState.Confirmed;
        }
    }

    /// <summary>
    /// A 2xx came: the route set is taken from it anew (§13.2.2.4), the target too. A dialog that is confirmed keeps its route set (§12.2).
    /// </summary>
    public void Confirm(SipResponse success)
    {
        if (State == DialogState.Early)
        {
            _routeSet = ReversedRecordRoute(success);
            State = DialogState.Confirmed;
        }

        RefreshTarget(success);
    }

    public void Terminate() => State = DialogState.Terminated;

    /// <summary>
    /// The next request in this dialog, with the next CSeq and all headers of §12.2.1.1 but Via. ACK has <see cref="CreateAck"/>, CANCEL
    /// <see cref="SipRequest.CreateCancel"/>.
    /// </summary>
    public SipRequest CreateRequest(string method)
    {
        if (method is SipMethod.Ack or SipMethod.Cancel)
        {
            throw new ArgumentException($"{method} has the CSeq number of its INVITE.", nameof(method));
        }

        LocalCSeq++;
        var request = Create(method, LocalCSeq);
        if (method is SipMethod.Invite or SipMethod.Update or SipMethod.Subscribe or SipMethod.Notify or SipMethod.Refer)
        {
            request.Headers.Set(HeaderId.Contact, LocalContact);
        }

        return request;
    }

    /// <summary>The ACK of a 2xx (§13.2.2.4), a transaction of its own, with the number of the INVITE that it acknowledges.</summary>
    public SipRequest CreateAck(int inviteCSeq) => Create(SipMethod.Ack, inviteCSeq);

    /// <summary>
    /// Leaves out numbers: after a restart requests may have been sent whose numbers were not stored. The step is larger than
    /// what can be sent between
    /// two stores.
    /// </summary>
    public void SkipLocalCSeq(int step) => LocalCSeq += step;

    /// <summary>
    /// Judges a request that came in and takes note of its CSeq (§12.2.2). A number seen before is accepted: retransmissions
    /// end in the transaction layer, and
    /// what comes again after a crash must find the same answer. ACK and CANCEL bear the number of their INVITE.
    /// </summary>
    public DialogCheck Receive(SipRequest request)
    {
        if (DialogId.OfReceived(request) != Id)
        {
            return DialogCheck.NotInDialog;
        }

        if (request.Method is SipMethod.Ack or SipMethod.Cancel)
        {
            return DialogCheck.Accepted;
        }

        if (RemoteCSeq is { } seen && request.CSeq.Number < seen)
        {
            return DialogCheck.OutOfOrder;
        }

        RemoteCSeq = request.CSeq.Number;
        return DialogCheck.Accepted;
    }

    /// <summary>
    /// Takes the peer's new Contact from a request that refreshes the target, or from a 2xx to one (§12.2). Call it for INVITE
    /// and UPDATE only; a message without
    /// Contact changes nothing.
    /// </summary>
    public void RefreshTarget(SipMessage message)
    {
        if (message.Headers.Contacts is [var contact])
        {
            RemoteTarget = contact.Uri;
        }
    }

    /// <summary>
    /// §12.2.1.1: a loose first route leaves the target in the Request-URI; a strict one takes its place there, and the target
    /// goes to the end of the Route list.
    /// </summary>
    private SipRequest Create(string method, int cseq)
    {
        var uri = RemoteTarget.ToRequestUri();
        IEnumerable<string> routes = _routeSet;
        if (_routeSet.Count > 0 && NameAddress.TryParse(_routeSet[0], out var first) && !first.Uri.IsLooseRouter)
        {
            uri = first.Uri.ToRequestUri();
            routes = _routeSet.Skip(1).Append($"<{RemoteTarget}>");
        }

        var request = new SipRequest(method, uri);
        var headers = request.Headers;
        foreach (var route in routes)
        {
            headers.Add(HeaderId.Route, route);
        }

        headers.Set(HeaderId.MaxForwards, SipRequest.DefaultMaxForwards.ToString(CultureInfo.InvariantCulture));
        headers.Set(HeaderId.From, Tagged(_localAddress, Id.LocalTag));
        headers.Set(HeaderId.To, Tagged(_remoteAddress, Id.RemoteTag));
        headers.Set(HeaderId.CallId, Id.CallId);
        headers.Set(HeaderId.CSeq, new CSeq(cseq, method).ToString());
        return request;
    }

    private static List<string> ReversedRecordRoute(SipResponse response) => [.. response.Headers.GetAll(HeaderId.RecordRoute).Reverse()];

    private static string Tagged(NameAddress address, string tag) => (tag.Length == 0 ? address : address.WithTag(tag)).ToString();

    private static NameAddress WithoutTag(NameAddress address) => new(address.Uri, address.DisplayName, address.Parameters.Without("tag"));

    private static NameAddress ParseStored(string text) =>
        NameAddress.TryParse(text, out var address) ? address : throw new FormatException($"Not an address: '{text}'.");
}
