using Routing.Contracts.Configuration;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>The ways out of a queue, indexed.</summary>
internal sealed class OverflowPlan
{
    private readonly Dictionary<OverflowCondition, OverflowRule> _rules = [];

    /// <param name="queue">Whose.</param>
    /// <param name="classes">The needs that its calls may have while they wait: whoever satisfies one may serve the queue.</param>
    /// <param name="calendars">By id.</param>
    public OverflowPlan(QueueConfiguration queue, IReadOnlyList<NeedClass> classes, IReadOnlyDictionary<string, CalendarPlan> calendars)
    {
        Classes = classes;
        foreach (OverflowRule rule in queue.Overflow)
        {
            _rules.Add(rule.On, rule);
        }

        if (queue.TimeoutMs > 0)
        {
            RouteTarget to = queue.OverflowTo is { } next ? new RouteTarget(next) : new RouteTarget(RejectStatus: queue.RejectStatus);
            _rules.Add(OverflowCondition.Wait, new OverflowRule { On = OverflowCondition.Wait, AfterMs = queue.TimeoutMs, To = to });
        }

        AfterClosing = [.. queue.Overflow.Where(static rule => rule.On is not (OverflowCondition.Wait or OverflowCondition.Closed))];
        Calendar = Closed?.Calendar is { } calendar ? calendars[calendar] : null;
    }

    public IReadOnlyList<NeedClass> Classes { get; }

    /// <summary>Rules that act on a call which nobody is free for, in order.</summary>
    public IReadOnlyList<OverflowRule> AfterClosing { get; }

    public OverflowRule? Wait => Find(OverflowCondition.Wait);

    /// <summary>Milliseconds; 0: no limit.</summary>
    public int LongestWaitMs => Wait?.AfterMs ?? 0;

    public OverflowRule? Closed => Find(OverflowCondition.Closed);

    /// <summary>That of <see cref="Closed"/>.</summary>
    public CalendarPlan? Calendar { get; }

    /// <summary>Whether it matters who is there.</summary>
    public bool WatchesStaff => Find(OverflowCondition.NobodyLoggedIn) is not null || Find(OverflowCondition.NobodyReady) is not null;

    public OverflowRule? Find(OverflowCondition condition) => _rules.GetValueOrDefault(condition);
}
