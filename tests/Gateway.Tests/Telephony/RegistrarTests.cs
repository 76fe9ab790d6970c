using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>REGISTER (RFC 3261 §10.3) with the domain played by the test.</summary>
public sealed class RegistrarTests
{
    private const string Realm = "sip:demo@127.0.0.1:5060";

    [Fact]
    public async Task A_phone_is_asked_for_its_password_and_answered_after_the_commit()
    {
        await using var rig = await StartAsync();
        rig.Host.Holds = static command => command is RegisterPhone;

        Register(rig, Authorized(rig));
        Assert.Equal([401], rig.Alice.Statuses);
        rig.Do(rig.Host.Release);

        var ok = rig.Alice.LastResponse;
        Assert.Equal(200, ok.StatusCode);
        Assert.Equal(3_600, Assert.Single(ok.Headers.Contacts).ExpiresSeconds);
        Assert.NotNull(ok.Headers[HeaderId.Date]);
        var change = Assert.Single(rig.Host.Last<RegisterPhone>().Changes);
        Assert.Equal(("sip:alice@127.0.0.3:5070", 3_600, null), (change.Contact, change.ExpiresSeconds, change.Flow));
        Assert.Equal("127.0.0.3:5070", change.Source);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_counted_and_never_reaches_the_domain()
    {
        await using var rig = await StartAsync();

        Register(rig, Authorized(rig, "wrong"));

        Assert.Equal([401, 403], rig.Alice.Statuses);
        Assert.Equal(1, rig.Gateway.Snapshot().Gateway[SipGatewayCounter.AuthenticationsFailed]);
        Assert.DoesNotContain(rig.Host.Commands, static command => command is RegisterPhone);
    }

    /// <summary>UDP brings a request twice when the first answer is late. RFC 3261 §8.2.7: the same request, the same answer.</summary>
    [Fact]
    public async Task A_REGISTER_that_comes_twice_gets_the_same_challenge_twice_and_a_wrong_password_counts_once()
    {
        await using var rig = await StartAsync();
        rig.Do(() => rig.Alice.SendRaw(Request(rig, "1 REGISTER"), "z9hG4bK-once"));
        rig.Do(() => rig.Alice.SendRaw(Request(rig, "1 REGISTER"), "z9hG4bK-once"));
        Assert.Equal(2, rig.Alice.Responses.Count);
        Assert.Equal(Challenge(0), Challenge(1));

        var guess = Request(rig, "2 REGISTER");
        Authorized(rig, "wrong")(guess);
        rig.Do(() => rig.Alice.SendRaw(guess, "z9hG4bK-guess"));
        guess.Headers.RemoveFirst(HeaderId.Via);
        rig.Do(() => rig.Alice.SendRaw(guess, "z9hG4bK-guess"));
        Assert.Equal([401, 401, 403, 403], rig.Alice.Statuses);
        Assert.Equal(1, rig.Gateway.Snapshot().Gateway[SipGatewayCounter.AuthenticationsFailed]);

        (string?, string?) Challenge(int index) => (rig.Alice.Responses[index].To.Tag, rig.Alice.Responses[index].Headers[HeaderId.WwwAuthenticate]);
    }

    [Fact]
    public async Task An_unknown_user_is_challenged_like_a_known_one()
    {
        await using var rig = await StartAsync();
        var mallory = rig.NewPhone("mallory", 9);

        rig.Do(() => mallory.Send(mallory.NewRequest(SipMethod.Register, Realm)));
        rig.Do(() =>
        {
            var request = mallory.NewRequest(SipMethod.Register, Realm);
            Credentials.Add(request, mallory.LastResponse, "mallory", "x");
            request.Headers.Set(HeaderId.CSeq, "2 REGISTER");
            mallory.Send(request);
        });

        Assert.Equal([401, 403], mallory.Statuses);
    }

    [Fact]
    public async Task Nobody_registers_for_another()
    {
        await using var rig = await StartAsync();

        Register(rig, request =>
        {
            Authorized(rig)(request);
            request.Headers.Set(HeaderId.To, "<sip:bob@demo>");
        });

        Assert.Equal(403, rig.Alice.LastResponse.StatusCode);
    }

    [Theory]
    [InlineData("30", 423)]
    [InlineData("60", 200)]
    [InlineData("0", 200)]
    public async Task Life_times_below_a_minute_are_too_brief(string expires, int status)
    {
        await using var rig = await StartAsync();

        Register(rig, request =>
        {
            Authorized(rig)(request);
            request.Headers.Set(HeaderId.Expires, expires);
        });

        Assert.Equal(status, rig.Alice.LastResponse.StatusCode);
        Assert.Equal(status == 423 ? "60" : null, rig.Alice.LastResponse.Headers[HeaderId.MinExpires]);
    }

    [Fact]
    public async Task Life_times_are_shortened_to_two_hours()
    {
        await using var rig = await StartAsync();

        Register(rig, request =>
        {
            Authorized(rig)(request);
            request.Headers.Set(HeaderId.Contact, "<sip:alice@127.0.0.3:5070>;expires=100000");
        });

        Assert.Equal(7_200, rig.Host.Last<RegisterPhone>().Changes[0].ExpiresSeconds);
    }

    [Theory]
    [InlineData("0", 200, true)]
    [InlineData("60", 400, false)]
    public async Task The_wildcard_removes_everything_and_goes_with_expires_0_only(string expires, int status, bool removes)
    {
        await using var rig = await StartAsync();

        Register(rig, request =>
        {
            Authorized(rig)(request);
            request.Headers.Set(HeaderId.Contact, "*");
            request.Headers.Set(HeaderId.Expires, expires);
        });

        Assert.Equal(status, rig.Alice.LastResponse.StatusCode);
        Assert.Equal(removes, rig.Host.Commands.OfType<RegisterPhone>().Any(static command => command.RemoveAll));
    }

    [Fact]
    public async Task Without_contact_the_bindings_are_only_shown()
    {
        await using var rig = await StartAsync();

        Register(rig, request =>
        {
            Authorized(rig)(request);
            request.Headers.Remove(HeaderId.Contact);
        });

        Assert.Equal(200, rig.Alice.LastResponse.StatusCode);
        Assert.Empty(rig.Host.Last<RegisterPhone>().Changes);
        Assert.Single(rig.Alice.LastResponse.Headers.Contacts);
    }

    [Theory]
    [InlineData(ReplyCode.Conflict, 500)]
    [InlineData(ReplyCode.NotFound, 404)]
    [InlineData(ReplyCode.Unavailable, 503)]
    public async Task What_the_domain_refuses_is_refused(ReplyCode code, int status)
    {
        await using var rig = await StartAsync();
        rig.Host.Decides = _ => new CommandReply(code);

        Register(rig, Authorized(rig));

        Assert.Equal(status, rig.Alice.LastResponse.StatusCode);
    }

    [Fact]
    public async Task A_phone_behind_an_address_translator_is_rung_where_it_was_heard()
    {
        await using var rig = await StartAsync();
        Register(rig, request =>
        {
            Authorized(rig)(request);
            request.Headers.Set(HeaderId.Contact, "<sip:alice@198.51.100.9.invalid>");
        });
        string flow = rig.Host.Last<RegisterPhone>().Changes[0].Flow!;
        Assert.NotNull(flow);

        rig.Arrive();
        var offer = rig.OfferTo("sip:alice@198.51.100.9.invalid");
        rig.Effect(offer with { Targets = [offer.Targets[0] with { Flow = flow }] });

        Assert.Equal("sip:alice@198.51.100.9.invalid", rig.Alice.LastRequest(SipMethod.Invite).Request.RequestUri.ToString());
    }

    [Fact]
    public async Task A_phone_on_a_connection_is_rung_down_that_connection()
    {
        await using var rig = await StartAsync(SipTransportKind.Tcp);
        var bob = rig.NewPhone("bob", 6, SipTransportKind.Tcp);
        const string Uri = "sip:127.0.0.1:5060;transport=tcp";
        rig.Do(() => bob.Send(bob.NewRequest(SipMethod.Register, Uri)));
        rig.Do(() =>
        {
            var request = bob.NewRequest(SipMethod.Register, Uri);
            request.Headers.Set(HeaderId.To, "<sip:bob@demo>");
            request.Headers.Set(HeaderId.CSeq, "2 REGISTER");
            Credentials.Add(request, bob.LastResponse, "bob", "bob-demo");
            bob.Send(request);
        });
        Assert.Equal(200, bob.LastResponse.StatusCode);
        string flow = rig.Host.Last<RegisterPhone>().Changes[0].Flow!;

        rig.Arrive();
        var offer = rig.OfferTo("sip:bob@127.0.0.6:5999;transport=tcp");
        rig.Effect(offer with { Targets = [offer.Targets[0] with { Flow = flow }] });

        Assert.Equal(1, bob.CountOf(SipMethod.Invite));
        Assert.Contains("transport=tcp", bob.LastRequest(SipMethod.Invite).Request.Headers[HeaderId.Contact]!, StringComparison.Ordinal);
    }

    private static async Task<GatewayRig> StartAsync(SipTransportKind? alsoListensOn = null)
    {
        var edge = new FakeHost().Edge with { Agents = [Credentials.Agent("alice", "alice-demo"), Credentials.Agent("bob", "bob-demo")] };
        var rig = await GatewayRig.StartAsync(edge, alsoListensOn);
        rig.Host.Decides = command => command is RegisterPhone
            ? new RegistrationReply([new PhoneBinding(GatewayId.Of("gw"), "sip:alice@127.0.0.3:5070", null, "", rig.NowMs + 3_600_000, null, null, [])])
            : CommandReply.Ok;
        return rig;
    }

    /// <summary>Sends one without credentials first, whose challenge the change may answer.</summary>
    private static void Register(GatewayRig rig, Action<SipRequest> change)
    {
        rig.Do(() => rig.Alice.Send(Request(rig, "1 REGISTER")));
        var request = Request(rig, "2 REGISTER");
        change(request);
        rig.Do(() => rig.Alice.Send(request));
    }

    private static SipRequest Request(GatewayRig rig, string cseq)
    {
        var request = rig.Alice.NewRequest(SipMethod.Register, Realm);
        request.Headers.Set(HeaderId.To, "<sip:alice@demo>");
        request.Headers.Set(HeaderId.CSeq, cseq);
        return request;
    }

    private static Action<SipRequest> Authorized(GatewayRig rig, string password = "alice-demo") =>
        request => Credentials.Add(request, rig.Alice.LastResponse, "alice", password);
}
