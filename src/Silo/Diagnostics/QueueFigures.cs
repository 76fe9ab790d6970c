using Routing.Contracts.Views;
using Routing.Gateway.Feeds;

namespace Routing.Silo.Diagnostics;

/// <summary>What a scrape tells of one queue, or of several that share a label.</summary>
internal sealed class QueueFigures(string domain, string queue)
{
    /// <summary>Label of all queues of a domain that have none of their own. No id has parentheses.</summary>
    public const string Others = "(other)";

    public (string Name, string Value)[] Labels { get; } = [("domain", domain), ("queue", queue)];

    /// <summary>Agents who are ready and meet the needs; null for several queues, since one agent may serve them all.</summary>
    public int? ReadyAgents { get; private set; }

    public long LongestWaitMs { get; private set; }

    public long Waiting { get; private set; }

    public long Ringing { get; private set; }

    public long Talking { get; private set; }

    public long Offered { get; private set; }

    public long Answered { get; private set; }

    public long AnsweredInTime { get; private set; }

    public long AnsweredWaitMs { get; private set; }

    public long Abandoned { get; private set; }

    public long Overflowed { get; private set; }

    public long Rejected { get; private set; }

    public long Failed { get; private set; }

    public long Announced { get; private set; }

    public long GuestsWaiting { get; private set; }

    public long GuestsTalking { get; private set; }

    public long GuestsOffered { get; private set; }

    public long GuestsAnswered { get; private set; }

    public long GuestsReturned { get; private set; }

    public static QueueFigures Of(string domain, QueueReading queue, long nowMs)
    {
        QueueFigures figures = new(domain, queue.View.Id.Value);
        figures.Add(queue, nowMs);
        figures.ReadyAgents = queue.ReadyAgents;
        return figures;
    }

    public void Add(QueueReading queue, long nowMs)
    {
        QueueView view = queue.View;
        LongestWaitMs = Math.Max(LongestWaitMs, nowMs - (queue.LongestWaitSinceMs ?? nowMs));
        Waiting += view.Waiting;
        Ringing += view.Ringing;
        Talking += view.Talking;
        Offered += view.Offered;
        Answered += view.AnsweredAll;
        AnsweredInTime += view.AnsweredWithinServiceLevel;
        AnsweredWaitMs += view.AnsweredWaitMs;
        Abandoned += view.Abandoned;
        Overflowed += view.Overflowed;
        Rejected += view.Rejected;
        Failed += view.Failed;
        Announced += view.Announced;
        GuestsWaiting += view.GuestsWaiting;
        GuestsTalking += view.GuestsTalking;
        GuestsOffered += view.GuestsOffered;
        GuestsAnswered += view.GuestsAnswered;
        GuestsReturned += view.GuestsReturned;
    }
}
