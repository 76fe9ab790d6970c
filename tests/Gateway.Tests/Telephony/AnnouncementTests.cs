using System.Net;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony;
using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Telephony.Edge;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Rtp;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>A caller is answered, or was answered, hears an announcement instead of the tone, and is hung up on by the domain.</summary>
public sealed class AnnouncementTests
{
    private static readonly CallId Call = MachineRig.Call;
    private static readonly IPEndPoint Hold = MachineRig.Hold;
    private static readonly PlayAnnouncement Play = new(Call, "closed");

    private readonly MachineRig _call = new();

    [Fact]
    public void An_unanswered_caller_is_answered_first_and_hears_it_from_the_port_of_the_200()
    {
        _call.Committed();
        var actions = _call.Effect(Play, Hold);

        Assert.Single(actions.OfType<CallAction.AnswerCall>());
        Assert.True(actions.FindIndex(static a => a is CallAction.Save { Before: true }) < actions.FindIndex(static a => a is CallAction.AnswerCall));
        Assert.Equal("closed", Assert.Single(actions.OfType<CallAction.PlayTone>()).Announcement);

        // Its end comes before the ACK: BYE waits for it.
        Assert.DoesNotContain(_call.Effect(new EndCaller(Call, 480, "closed")), static action => action is CallAction.Bye or CallAction.Reject);
        Assert.Contains(_call.Step(new CallInput.Acked(LegRef.Caller, null)), static action => action is CallAction.Bye);
        Assert.Contains(new CallAction.Finish(), _call.Effect(new ReleaseCall(Call)));
    }

    [Fact]
    public void A_caller_who_waits_hears_it_instead_of_the_tone_without_a_new_200_and_a_repeat_asks_for_the_same()
    {
        _call.Hold1();
        var actions = _call.Effect(Play, Hold);

        Assert.Equal(new CallAction.PlayTone(RtpCodec.Pcma, 8, new IPEndPoint(IPAddress.Parse("127.0.0.2"), 40_000), "closed"), Assert.Single(actions));
        Assert.Equal(actions, _call.Effect(Play, Hold));
        Assert.Contains(_call.Effect(new EndCaller(Call, 480, "closed")), static action => action is CallAction.Bye);
    }

    [Fact]
    public void Without_a_port_the_caller_is_refused_and_the_domain_is_told_that_it_heard_nothing()
    {
        _call.Committed();
        var actions = _call.Effect(Play);

        Assert.Equal(503, Assert.Single(actions.OfType<CallAction.Reject>()).Status);
        Assert.Equal(CallerLeaveCause.ConnectFailed, Assert.IsType<CallerLeft>(Assert.Single(actions.OfType<CallAction.Report>()).Command).Cause);
    }

    [Fact]
    public void After_a_restart_it_begins_again()
    {
        _call.Hold1();
        var media = _call.Machine.MediaOf(LegRef.Caller)!;
        StoredMedia stored = new(media.Remote, media.Sent, media.Version);

        var actions = new MachineRig().Step(new CallInput.Restored(CallerPhase.Confirmed, stored, true, true, Hold, false, []) { Announcement = "closed" });
        Assert.Equal("closed", Assert.Single(actions.OfType<CallAction.PlayTone>()).Announcement);
    }

    [Fact]
    public void After_restarts_that_came_too_often_it_goes_on_where_it_was_also_after_hold()
    {
        _call.Hold1();
        var media = _call.Machine.MediaOf(LegRef.Caller)!;
        MachineRig restarted = new();

        var actions = restarted.Step(new CallInput.Restored(CallerPhase.Confirmed, new(media.Remote, media.Sent, media.Version), true, true, Hold, false, [])
        {
            Announcement = "closed",
            AnnouncementFromMs = 1_500,
        });

        Assert.Equal(1_500, Assert.Single(actions.OfType<CallAction.PlayTone>()).FromMs);
        Assert.Equal(1_500, Assert.Single(restarted.Effect(Play, Hold).OfType<CallAction.PlayTone>()).FromMs);
        Assert.Equal(0, Assert.Single(restarted.Effect(new PlayAnnouncement(Call, "another"), Hold).OfType<CallAction.PlayTone>()).FromMs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_sound_that_comes_after_the_word_to_play_it_is_played_when_it_is_here_also_when_it_cannot_be_fetched_at_first(int failures)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Effect(new PlayAnnouncement(rig.CallId, "closed"));
        rig.Do(() => rig.Caller.Ack());
        Assert.Equal(0, rig.Gateway.Snapshot().Media.StreamsPlaying);
        TaskCompletionSource applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Gateway.Directory.Changed += _ => applied.TrySetResult();

        rig.Host.SnapshotFailures = failures;
        rig.Host.Reconfigure(rig.Host.Edge with
        {
            Version = 2,
            Announcements = [new AnnouncementConfiguration { Name = "closed", Law = AudioLaw.Pcma, Audio = new byte[8_000] }],
        });
        for (int tried = 1; tried <= failures; tried++)
        {
            await rig.ClockAwaitedAsync();
            rig.Pass(TimeSpan.FromSeconds(16));
        }

        await applied.Task;
        rig.Run();
        Assert.Equal((1, 0), (rig.Gateway.Snapshot().Media.StreamsPlaying, rig.Host.SnapshotFailures));

        // What is heard already does not begin again with the next configuration.
        rig.Effect(new EndCaller(rig.CallId, 480, "closed"));
        rig.Do(() => rig.Caller.Respond(Sip.Messages.SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_gateway_that_does_not_know_it_answers_and_is_silent()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();
        rig.Effect(new PlayAnnouncement(rig.CallId, "unknown"));

        rig.Do(() => rig.Caller.Ack());
        Assert.Contains(200, rig.Caller.Statuses);
        Assert.Equal(1, rig.Gateway.Snapshot().Gateway[SipGatewayCounter.AnnouncementsUnknown]);
        Assert.Equal(0, rig.Gateway.Snapshot().Media.StreamsPlaying);
        rig.Effect(new EndCaller(rig.CallId, 480, "closed"));
        rig.Do(() => rig.Caller.Respond(Sip.Messages.SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public void The_edge_has_each_announcement_ready_in_both_laws()
    {
        EdgeDomain domain = new(new EdgeConfiguration
        {
            Domain = DomainId.Of("d"),
            Version = 1,
            Realm = "d",
            Hosts = [],
            Demo = false,
            Numbers = [],
            Agents = [],
            Trunks = [],
            ApiKeys = [],
            Announcements = [new AnnouncementConfiguration { Name = "closed", Law = AudioLaw.Pcma, Audio = new byte[200] }],
        });

        Assert.Null(domain.FindAnnouncement("open"));
        Assert.Equal(2, domain.FindAnnouncement("closed")!.PacketCount);
        Assert.Equal(0, domain.FindAnnouncement("closed")!.Payload(RtpCodec.Pcma, 0)[0]);
    }
}
