using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Gateway.Telephony.Defence;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Defence;

/// <summary>Strangers before the gateway, on a network in memory: rates, bans, silence, and that nobody else suffers.</summary>
public sealed class SourceGuardTests
{
    private const string Realm = "sip:demo@127.0.0.1:5060";

    [Fact]
    public async Task Above_the_rate_of_requests_there_is_silence_and_later_answers_again()
    {
        await using var rig = await StartAsync(new DefenceOptions { Requests = new Rate(1, 3) });
        var stranger = rig.NewPhoneAt("mallory", "192.0.2.66");
        for (int i = 0; i < 10; i++)
        {
            rig.Do(() => stranger.Send(Numbered(stranger, SipMethod.Options, i)));
        }

        Assert.Equal(3, stranger.Responses.Count);
        Assert.Equal(7, rig.Gateway.Snapshot().Defence[DefenceCounter.DroppedRequestRate]);
        var other = rig.NewPhoneAt("other", "192.0.2.67");
        rig.Do(() => other.Send(other.NewRequest(SipMethod.Options, "sip:127.0.0.1:5060")));
        Assert.Equal([200], other.Statuses);
    }

    [Fact]
    public async Task Above_the_rate_of_calls_there_is_503_with_Retry_After_and_a_trunk_has_more()
    {
        await using var rig = await StartAsync(new DefenceOptions { Calls = new Rate(1, 2), TrustedCalls = new Rate(1, 4) });
        var stranger = rig.NewPhoneAt("mallory", "192.0.2.66");
        var trunk = rig.NewPhoneAt("trunk", "198.51.100.1");

        Assert.Equal([403, 403, 503, 503], Calls(rig, stranger, 4));
        Assert.True(stranger.LastResponse.Headers.Contains(HeaderId.RetryAfter));
        Assert.Equal([0, 0, 0, 0, 503], Calls(rig, trunk, 5));
        Assert.Equal(3, rig.Gateway.Snapshot().Defence[DefenceCounter.RefusedCallRate]);
    }

    [Fact]
    public async Task A_flood_outside_dialogs_leaves_the_calls_of_the_same_address_alone()
    {
        await using var rig = await StartAsync(new DefenceOptions { Requests = new Rate(1, 6), BanFirstSeconds = 1_000, AuthenticationFailures = new Rate(0.001, 1) });
        var agent = rig.NewPhoneAt("alice", "192.0.2.10");
        CallAsAlice(rig, agent);
        GuessPasswords(rig, agent, 3);
        Assert.Equal(1, rig.Gateway.Snapshot().Defence.SourcesBanned);

        // Banned, and still the call is answered, held and ended.
        rig.Effect(new Contracts.Effects.AnswerCaller(rig.CallId, "tone"));
        rig.Do(() => agent.Ack());
        rig.Do(() => agent.Ask(SipMethod.Bye));

        Assert.Equal(200, agent.LastResponse.StatusCode);
        Assert.Equal(CallerLeaveCause.HungUp, rig.Host.Last<CallerLeft>().Cause);
    }

    [Fact]
    public async Task Wrong_passwords_end_in_a_ban_that_grows_and_trunks_are_never_banned()
    {
        await using var rig = await StartAsync(new DefenceOptions { AuthenticationFailures = new Rate(0.001, 3), BanFirstSeconds = 60 });
        var stranger = rig.NewPhoneAt("mallory", "192.0.2.66");
        var trunk = rig.NewPhoneAt("trunk", "198.51.100.1");

        Assert.Equal([401, 403, 403, 403, 403], GuessPasswords(rig, stranger, 10).Take(6));
        Assert.Equal(1, rig.Gateway.Snapshot().Defence.SourcesBanned);
        rig.Pass(TimeSpan.FromSeconds(61));
        Assert.Equal(0, rig.Gateway.Snapshot().Defence.SourcesBanned);
        Assert.Equal([401, 403], GuessPasswords(rig, stranger, 10).Take(3));
        rig.Pass(TimeSpan.FromSeconds(61));
        Assert.Equal(1, rig.Gateway.Snapshot().Defence.SourcesBanned);
        Assert.Equal(2, rig.Gateway.Snapshot().Defence[DefenceCounter.Bans]);

        Assert.Equal(11, GuessPasswords(rig, trunk, 10).Count());
    }

    [Fact]
    public async Task Nobody_gets_another_banned_or_uses_a_nonce_that_he_overheard()
    {
        await using var rig = await StartAsync(new DefenceOptions { AuthenticationFailures = new Rate(0.001, 1) });
        var mallory = rig.NewPhoneAt("alice", "192.0.2.66");
        rig.Do(() => mallory.Send(Numbered(mallory, SipMethod.Register, 1)));
        var challenge = mallory.LastResponse;

        // Under the forged address of the victim, with a nonce that Mallory got at his own.
        var victim = rig.NewPhoneAt("alice", "192.0.2.10");
        for (int i = 2; i < 10; i++)
        {
            rig.Do(() => victim.Send(WithPassword(Numbered(victim, SipMethod.Register, i), challenge, i % 2 == 0 ? "wrong" : "secret")));
        }

        Assert.All(victim.Statuses, static status => Assert.Equal(401, status));
        Assert.Equal(0, rig.Gateway.Snapshot().Defence.SourcesBanned);
        Assert.DoesNotContain(rig.Host.Commands, static command => command is RegisterPhone);
    }

    [Fact]
    public async Task The_answer_to_a_strangers_call_does_not_tell_who_is_an_agent()
    {
        await using var rig = await StartAsync(new DefenceOptions());
        var stranger = rig.NewPhoneAt("mallory", "192.0.2.66");

        int From(string from)
        {
            rig.Do(() => stranger.Invite(GatewayRig.Number, Phone.Sdp("192.0.2.66", 40_000), invite => invite.Headers.Set(HeaderId.From, from)));
            return stranger.LastResponse.StatusCode;
        }

        Assert.Equal((401, 401), (From("<sip:alice@demo>;tag=1"), From("<sip:nobody@demo>;tag=2")));
        Assert.Equal((401, 401), (From("<sip:alice@127.0.0.1>;tag=3"), From("<sip:nobody@127.0.0.1>;tag=4")));
        Assert.Equal((403, 403), (From("<sip:alice@192.0.2.66>;tag=5"), From("<sip:nobody@192.0.2.66>;tag=6")));
    }

    [Fact]
    public async Task Strangers_leave_nothing_behind_and_get_one_datagram_for_each_of_theirs()
    {
        await using var rig = await StartAsync(new DefenceOptions());
        var stranger = rig.NewPhoneAt("mallory", "192.0.2.66");
        rig.Sent.Clear();
        foreach (string method in (string[])[SipMethod.Options, SipMethod.Register, SipMethod.Bye, SipMethod.Subscribe, "FETCH"])
        {
            rig.Do(() => stranger.Send(Numbered(stranger, method, 1)));
        }

        var counts = rig.Gateway.Snapshot();
        Assert.Equal(0, counts.Sip[SipCounter.NonInviteServerLive] + counts.Sip[SipCounter.InviteServerLive]);
        Assert.Equal(5, rig.Sent.Count);
    }

    /// <summary>freeswitch#2458: after an overload calls and agents stayed stuck. Peers' bug 17.</summary>
    [Fact]
    public async Task After_a_flood_every_live_count_is_back_to_zero()
    {
        await using var rig = await StartAsync(new DefenceOptions());
        string[] methods = [SipMethod.Invite, SipMethod.Options, SipMethod.Register, SipMethod.Bye, SipMethod.Subscribe, "FETCH"];
        List<Phone> sources = [rig.Caller, .. Enumerable.Range(1, 22).Select(host => rig.NewPhoneAt($"m{host}", $"192.0.2.{host}"))];
        for (int i = 0; i < 600; i++)
        {
            var source = sources[i % sources.Count];
            rig.Do(() => source.SendRaw(Numbered(source, methods[i % methods.Length], i), $"z9hG4bK-{i}"));
            source.Responses.Clear();
        }

        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Scanners_meet_silence()
    {
        await using var rig = await StartAsync(new DefenceOptions());
        var stranger = rig.NewPhoneAt("mallory", "192.0.2.66");
        foreach (string product in (string[])["friendly-scanner", "SIPVicious 0.3", "sipcli/v1.8", "VaxSIPUserAgent/3.1", "Mozilla/4.0 pplsip"])
        {
            var request = Numbered(stranger, SipMethod.Options, product.Length);
            request.Headers.Set(HeaderId.UserAgent, product);
            rig.Do(() => stranger.Send(request));
        }

        Assert.Empty(stranger.Responses);
        Assert.Equal(5, rig.Gateway.Snapshot().Defence[DefenceCounter.DroppedScanner]);
    }

    [Theory]
    [InlineData(SipMethod.Bye)]
    [InlineData(SipMethod.Cancel)]
    [InlineData(SipMethod.Invite)]
    public async Task A_call_is_not_ended_or_moved_by_one_who_does_not_know_its_tags(string method)
    {
        await using var rig = await StartAsync(new DefenceOptions());
        rig.Hold();
        var stranger = rig.NewPhoneAt("mallory", "192.0.2.66");
        var call = rig.Caller.Call!.Request;

        var forged = SipRequest.Create(method, call.RequestUri, call.From, call.To.WithTag("guess"), call.CallId, 2);
        rig.Do(() => stranger.SendRaw(forged, "z9hG4bK-guess"));

        Assert.Equal([481], stranger.Statuses);
        Assert.Equal(1, rig.Gateway.Snapshot().CallsOnHold);
        Assert.DoesNotContain(rig.Host.Commands, static command => command is CallerLeft);
    }

    private static async Task<GatewayRig> StartAsync(DefenceOptions defence)
    {
        var edge = new FakeHost().Edge with
        {
            Agents = [Credentials.Agent("alice", "secret")],
            Trunks = [new TrunkConfiguration("carrier", ["198.51.100.0/24"])],
        };
        return await GatewayRig.StartAsync(edge, defence: defence);
    }

    private static SipRequest Numbered(Phone phone, string method, int number)
    {
        var request = phone.NewRequest(method, Realm);
        request.Headers.Set(HeaderId.CallId, $"{phone.Name}-{method}-{number}");
        request.Headers.Set(HeaderId.To, $"<sip:{phone.Name}@demo>");
        request.Headers.Set(HeaderId.From, $"<sip:{phone.Name}@demo>;tag=1");
        return request;
    }

    private static SipRequest WithPassword(SipRequest request, SipResponse challenge, string password)
    {
        Credentials.Add(request, challenge, "alice", password);
        return request;
    }

    private static List<int> Calls(GatewayRig rig, Phone phone, int count)
    {
        List<int> statuses = [];
        for (int i = 0; i < count; i++)
        {
            rig.Do(() => phone.Invite(GatewayRig.Number, Phone.Sdp("192.0.2.66", 40_000)));
            statuses.Add(phone.Responses.Count == 0 || phone.LastResponse.StatusCode < 200 ? 0 : phone.LastResponse.StatusCode);
        }

        return statuses;
    }

    /// <summary>A challenge and then guesses; the statuses seen.</summary>
    private static IEnumerable<int> GuessPasswords(GatewayRig rig, Phone phone, int guesses)
    {
        phone.Responses.Clear();
        long first = rig.NowMs % 1_000_000;
        rig.Do(() => phone.Send(Numbered(phone, SipMethod.Register, (int)first)));
        var challenge = phone.LastResponse;
        for (int i = 1; i <= guesses; i++)
        {
            rig.Do(() => phone.Send(WithPassword(Numbered(phone, SipMethod.Register, (int)first + i), challenge, "wrong")));
        }

        return [.. phone.Statuses];
    }

    private static void CallAsAlice(GatewayRig rig, Phone agent)
    {
        rig.Do(() => agent.Invite(GatewayRig.Number, Phone.Sdp("192.0.2.10", 40_000), static invite => invite.Headers.Set(HeaderId.From, "<sip:alice@demo>;tag=c1")));
        var challenge = agent.LastResponse;
        rig.Do(() => agent.Invite(GatewayRig.Number, Phone.Sdp("192.0.2.10", 40_000), invite =>
        {
            invite.Headers.Set(HeaderId.From, "<sip:alice@demo>;tag=c2");
            Credentials.Add(invite, challenge, "alice", "secret");
        }));
        Assert.IsType<CallArrived>(rig.Host.Commands[^1]);
    }
}
