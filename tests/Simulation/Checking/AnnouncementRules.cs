using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>
/// A call that is turned away with an announcement is told to play it once, is offered to nobody, rings nowhere, and ends when the announcement can have been heard: as long as it was
/// when it began, from its beginning again the first times that its gateway began again, and as much later as the domain was down.
/// </summary>
internal static class AnnouncementRules
{
    /// <summary>What the domain grants beyond the announcement's own length.</summary>
    private const int TailMs = 500;

    /// <summary>Restarts of its gateway after which it is heard from its beginning.</summary>
    private const int ReplayLimit = 2;

    /// <summary>The effect. Before the events are taken.</summary>
    public static void Take(Mirror mirror, CommittedTurn turn, CallModel call, PlayAnnouncement play)
    {
        AnnouncementConfiguration? announcement = mirror.Configuration?.Announcements.FirstOrDefault(known => known.Name == play.Announcement);
        Require(announcement is not null, "announcement-unknown", $"{play} is none of the configuration");
        Require(call.Announcement is null && !call.CallerGone && !call.CallerEnded, "announcement-once", $"{play}: {call.Announcement} is played, or the caller is gone");
        Require(call.Open.Count == 0 && call.Connected is null, "announcement-offered", $"{play}: {string.Join(',', call.Open)} ring, {call.Connected} is connected");
        call.Announcement = play.Announcement;
        call.AnnouncementMs = (announcement!.Audio.Length + 7) / 8;
        call.CallerAnswered = true;
        Begin(call, turn.NowMs);
    }

    /// <summary>The gateway of these calls began again.</summary>
    public static void BeginAgain(Mirror mirror, GatewayId gateway, long nowMs)
    {
        foreach (CallModel call in mirror.Calls.Values.Where(call => call.Gateway == gateway && call.Announcement is not null))
        {
            if (call.AnnouncementReplays < ReplayLimit)
            {
                call.AnnouncementReplays++;
                Begin(call, nowMs);
            }
        }
    }

    /// <summary>How much of it a gateway that begins again is told to pass over.</summary>
    public static int PassedOverMs(CallModel call, long nowMs) => call.Announcement is null
        ? 0
        : (int)Math.Clamp(nowMs + TailMs + call.AnnouncementMs - call.AnnouncementDueMs, 0, call.AnnouncementMs);

    /// <summary>After the turn was taken.</summary>
    public static void Check(Mirror mirror, CommittedTurn turn)
    {
        foreach (CallModel call in mirror.Calls.Values)
        {
            CallView view = call.Seen;
            bool isAnnouncing = view.State == CallState.Announcing;
            Require(isAnnouncing == (call.Announcement is not null) && view.Announcement == call.Announcement, "announcement-state", $"{view}: told to play {call.Announcement}");
            if (isAnnouncing)
            {
                Require(view.AnnouncementUntilMs == call.AnnouncementDueMs, "announcement-time", $"{view}: is to end at {call.AnnouncementDueMs}");
                Require(!turn.TimersDone || call.AnnouncementDueMs > turn.NowMs, "timer-lost", $"{call.Id} hears {call.Announcement} until {call.AnnouncementDueMs}, now {turn.NowMs}");
            }
        }
    }

    private static void Begin(CallModel call, long nowMs) => call.AnnouncementDueMs = nowMs + call.AnnouncementMs + TailMs;

    private static void Require(bool holds, string rule, string message)
    {
        if (!holds)
        {
            throw new CheckFailure(rule, message);
        }
    }
}
