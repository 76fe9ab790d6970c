using System.Text.Json;
using Routing.Sip.Dialogs;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Sip.Tests.Dialogs;

public sealed class DialogTests
{
    [Fact]
    public void The_called_side_sees_the_request_from_its_end()
    {
        var invite = Invite("<sip:p2;lr>", "<sip:p1;lr>");
        Assert.True(Dialog.TryCreateUas(invite, "local", "<sip:us@198.51.100.1>", isOverTls: false, out var dialog));
        Assert.Equal(new DialogId("call", "local", "theirs"), dialog.Id);
        Assert.Equal((0, 10, DialogState.Early, false), (dialog.LocalCSeq, dialog.RemoteCSeq, dialog.State, dialog.IsSecure));
        dialog.Confirm();
        Assert.Equal(DialogState.Confirmed, dialog.State);
        var bye = dialog.CreateRequest(SipMethod.Bye);
        Assert.Equal("sip:caller@192.0.2.1:5070;transport=tcp", bye.RequestUri.ToString());
        Assert.Equal(["<sip:p2;lr>", "<sip:p1;lr>"], bye.Headers.GetAll(HeaderId.Route));
        Assert.Equal("\"Queue\" <sip:1000@demo>;tag=local", bye.From.ToString());
        Assert.Equal("\"Caller\" <sip:caller@example.com>;tag=theirs", bye.To.ToString());
        Assert.Equal((new CSeq(1, "BYE"), "call", 70), (bye.CSeq, bye.CallId, bye.Headers.MaxForwards));
        Assert.False(bye.Headers.Contains(HeaderId.Contact));
    }

    [Fact]
    public void The_calling_side_reverses_the_route()
    {
        var dialog = Uac(out _, 180, "<sip:p1;lr>, <sip:p2;lr>");
        Assert.Equal(DialogState.Early, dialog.State);
        Assert.Equal(["<sip:p2;lr>", "<sip:p1;lr>"], dialog.RouteSet);
        Assert.Equal(new DialogId("call", "theirs", "answered"), dialog.Id);
        var update = dialog.CreateRequest(SipMethod.Update);
        Assert.Equal(11, update.CSeq.Number);
        Assert.Equal("<sip:caller@192.0.2.1:5070;transport=tcp>", update.Headers[HeaderId.Contact]);
        Assert.Equal(("theirs", "answered"), (update.From.Tag, update.To.Tag));
    }

    [Fact]
    public void A_2xx_brings_route_and_target_anew_and_a_later_one_only_the_target()
    {
        var dialog = Uac(out var invite, 180, "<sip:old;lr>");
        dialog.Confirm(Answer(invite, 200, "<sip:new;lr>", "<sip:phone@192.0.2.8>"));
        Assert.Equal((DialogState.Confirmed, "<sip:new;lr>", "sip:phone@192.0.2.8"), (dialog.State, Assert.Single(dialog.RouteSet), dialog.RemoteTarget.ToString()));
        dialog.Confirm(Answer(invite, 200, "<sip:other;lr>", "<sip:phone@192.0.2.9>"));
        Assert.Equal(("<sip:new;lr>", "sip:phone@192.0.2.9"), (Assert.Single(dialog.RouteSet), dialog.RemoteTarget.ToString()));
    }

    [Fact]
    public void An_ACK_has_the_number_of_its_INVITE_and_changes_nothing()
    {
        var dialog = Uac(out var invite, 200, "<sip:p1;lr>");
        var ack = dialog.CreateAck(invite.CSeq.Number);
        Assert.Equal(new CSeq(10, "ACK"), ack.CSeq);
        Assert.Equal("<sip:p1;lr>", ack.Headers[HeaderId.Route]);
        Assert.Equal(10, dialog.LocalCSeq);
        Assert.Throws<ArgumentException>(() => dialog.CreateRequest(SipMethod.Ack));
        Assert.Throws<ArgumentException>(() => dialog.CreateRequest(SipMethod.Cancel));
    }

    [Fact]
    public void A_strict_router_gets_its_own_URI_and_the_target_goes_last()
    {
        var dialog = Uac(out _, 200, "<sip:p1;lr>, <sip:strict;method=INVITE?a=b>");
        var bye = dialog.CreateRequest(SipMethod.Bye);
        Assert.Equal("sip:strict", bye.RequestUri.ToString());
        Assert.Equal(["<sip:p1;lr>", "<sip:phone@192.0.2.7>"], bye.Headers.GetAll(HeaderId.Route));
    }

    [Theory]
    [InlineData(100, "answered", "<sip:a@b>")]
    [InlineData(300, "answered", "<sip:a@b>")]
    [InlineData(486, "answered", "<sip:a@b>")]
    [InlineData(180, null, "<sip:a@b>")]
    [InlineData(200, "answered", null)]
    [InlineData(200, "answered", "<sip:a@b>, <sip:c@d>")]
    public void Responses_that_make_no_dialog(int status, string? tag, string? contact)
    {
        var invite = Invite();
        var response = SipResponse.For(invite, status, tag);
        if (contact is not null)
        {
            response.Headers.Add(HeaderId.Contact, contact);
        }

        Assert.False(Dialog.TryCreateUac(invite, response, isOverTls: false, out _));
    }

    [Fact]
    public void A_request_without_contact_makes_no_dialog()
    {
        var invite = Invite();
        invite.Headers.Remove(HeaderId.Contact);
        Assert.False(Dialog.TryCreateUas(invite, "local", "<sip:us@h>", isOverTls: false, out _));
    }

    [Theory]
    [InlineData("BYE", 11, DialogCheck.Accepted, 11)]
    [InlineData("BYE", 10, DialogCheck.Accepted, 10)]
    [InlineData("BYE", 9, DialogCheck.OutOfOrder, 10)]
    [InlineData("INVITE", 1000, DialogCheck.Accepted, 1000)]
    [InlineData("ACK", 1, DialogCheck.Accepted, 10)]
    [InlineData("CANCEL", 10, DialogCheck.Accepted, 10)]
    public void Order_is_judged_by_CSeq(string method, int cseq, DialogCheck expected, int remembered)
    {
        Assert.True(Dialog.TryCreateUas(Invite(), "local", "<sip:us@h>", isOverTls: false, out var dialog));
        Assert.Equal(expected, dialog.Receive(InDialog(method, cseq)));
        Assert.Equal(remembered, dialog.RemoteCSeq);
    }

    [Fact]
    public void The_first_request_of_the_called_side_may_have_any_number()
    {
        var dialog = Uac(out _, 200, null);
        var bye = SipRequest.Create("BYE", SipUri.Parse("sip:x"), Tagged("answered"), Tagged("theirs"), "call", 5);
        Assert.Equal(DialogCheck.Accepted, dialog.Receive(bye));
        Assert.Equal(5, dialog.RemoteCSeq);
    }

    [Theory]
    [InlineData("other", "theirs", "local")]
    [InlineData("call", "local", "theirs")]
    [InlineData("call", "theirs", null)]
    [InlineData("call", "theirs", "LOCAL")]
    public void Spoofed_requests_are_of_no_dialog(string callId, string fromTag, string? toTag)
    {
        Assert.True(Dialog.TryCreateUas(Invite(), "local", "<sip:us@h>", isOverTls: false, out var dialog));
        var bye = SipRequest.Create("BYE", SipUri.Parse("sip:x"), Tagged(fromTag), Tagged(toTag), callId, 99);
        Assert.Equal(DialogCheck.NotInDialog, dialog.Receive(bye));
        Assert.Equal(10, dialog.RemoteCSeq);
    }

    [Fact]
    public void A_new_contact_is_the_new_target()
    {
        Assert.True(Dialog.TryCreateUas(Invite(), "local", "<sip:us@h>", isOverTls: false, out var dialog));
        var reinvite = InDialog("INVITE", 11);
        dialog.RefreshTarget(reinvite);
        Assert.Equal("sip:caller@192.0.2.1:5070;transport=tcp", dialog.RemoteTarget.ToString());
        reinvite.Headers.Set(HeaderId.Contact, "<sip:moved@192.0.2.99>");
        dialog.RefreshTarget(reinvite);
        Assert.Equal("sip:moved@192.0.2.99", dialog.CreateRequest(SipMethod.Bye).RequestUri.ToString());
    }

    [Fact]
    public void A_peer_without_tag_stays_without()
    {
        var invite = Invite();
        invite.Headers.Set(HeaderId.From, "<sip:old@phone>");
        Assert.True(Dialog.TryCreateUas(invite, "local", "<sip:us@h>", isOverTls: false, out var dialog));
        Assert.Null(dialog.CreateRequest(SipMethod.Bye).To.Tag);
        var bye = SipRequest.Create("BYE", SipUri.Parse("sip:x"), Tagged(null), Tagged("local"), "call", 11);
        Assert.Equal(DialogCheck.Accepted, dialog.Receive(bye));
    }

    [Fact]
    public void A_dialog_comes_back_from_its_record_and_goes_on_where_it_was()
    {
        var original = Uac(out _, 200, "<sip:p1;lr>, <sip:p2;lr>");
        original.CreateRequest(SipMethod.Update);
        var bye = SipRequest.Create("INFO", SipUri.Parse("sip:x"), Tagged("answered"), Tagged("theirs"), "call", 77);
        original.Receive(bye);
        var json = JsonSerializer.Serialize(original.ToSnapshot());
        var restored = Dialog.Restore(JsonSerializer.Deserialize<DialogSnapshot>(json)!);
        Assert.Equal(json, JsonSerializer.Serialize(restored.ToSnapshot()));
        restored.SkipLocalCSeq(100);
        Assert.Equal(112, restored.CreateRequest(SipMethod.Update).CSeq.Number);
        Assert.Equal(
            SipWriter.ToArray(original.CreateAck(10)),
            SipWriter.ToArray(restored.CreateAck(10)));
        Assert.Equal(DialogCheck.OutOfOrder, restored.Receive(SipRequest.Create("INFO", SipUri.Parse("sip:x"), Tagged("answered"), Tagged("theirs"), "call", 76)));
    }

    [Fact]
    public void A_broken_record_is_a_fault()
    {
        var snapshot = Uac(out _, 200, null).ToSnapshot();
        Assert.Throws<FormatException>(() => Dialog.Restore(snapshot with { RemoteTarget = "nonsense" }));
        Assert.Throws<FormatException>(() => Dialog.Restore(snapshot with { LocalAddress = "" }));
    }

    [Theory]
    [InlineData("sips:1000@demo", true, true)]
    [InlineData("sips:1000@demo", false, false)]
    [InlineData("sip:1000@demo", true, false)]
    public void A_dialog_is_secure_only_with_both_sips_and_TLS(string uri, bool tls, bool expected)
    {
        Assert.True(Dialog.TryCreateUas(InviteTo(uri), "local", "<sips:us@h>", tls, out var dialog));
        Assert.Equal(expected, dialog.IsSecure);
    }

    [Fact]
    public void Termination_is_final()
    {
        var dialog = Uac(out var invite, 180, null);
        dialog.Terminate();
        dialog.Confirm();
        dialog.Confirm(Answer(invite, 200, null, "<sip:phone@192.0.2.7>"));
        Assert.Equal(DialogState.Terminated, dialog.State);
    }

    private static Dialog Uac(out SipRequest invite, int status, string? recordRoute)
    {
        invite = Invite();
        Assert.True(Dialog.TryCreateUac(invite, Answer(invite, status, recordRoute, "<sip:phone@192.0.2.7>"), isOverTls: false, out var dialog));
        return dialog;
    }

    private static SipResponse Answer(SipRequest invite, int status, string? recordRoute, string contact)
    {
        var response = SipResponse.For(invite, status, "answered");
        response.Headers.Add(HeaderId.Contact, contact);
        if (recordRoute is not null)
        {
            response.Headers.Add(HeaderId.RecordRoute, recordRoute);
        }

        return response;
    }

    private static SipRequest Invite(params string[] recordRoutes) => InviteTo("sip:1000@demo", recordRoutes);

    private static SipRequest InviteTo(string uri, string[]? recordRoutes = null)
    {
        var invite = SipRequest.Create(
            SipMethod.Invite,
            SipUri.Parse(uri),
            new NameAddress(SipUri.Parse("sip:caller@example.com"), "Caller").WithTag("theirs"),
            new NameAddress(SipUri.Parse("sip:1000@demo"), "Queue"),
            "call",
            10);
        invite.Headers.Add(HeaderId.Via, "SIP/2.0/UDP h;branch=z9hG4bK1");
        invite.Headers.Add(HeaderId.Contact, "<sip:caller@192.0.2.1:5070;transport=tcp>");
        foreach (var route in recordRoutes ?? [])
        {
            invite.Headers.Add(HeaderId.RecordRoute, route);
        }

        return invite;
    }

    private static SipRequest InDialog(string method, int cseq) =>
        SipRequest.Create(method, SipUri.Parse("sip:us@h"), Tagged("theirs"), Tagged("local"), "call", cseq);

    private static NameAddress Tagged(string? tag)
    {
        var address = new NameAddress(SipUri.Parse("sip:x@y"));
        return tag is null ? address : address.WithTag(tag);
    }
}
