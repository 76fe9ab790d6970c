using Routing.Contracts.Configuration;
using Routing.Contracts.Views;
using Routing.Grains.Call;

namespace Routing.Grains.Matching;

/// <summary>
/// The domain's order of waiting calls as fixed keys. Ageing is a shift of the arrival: a call of priority p counts as arrived p × ageing earlier. Of two calls both grow older
/// alike, so who comes first was decided when the later one came, and a line is sorted once.
/// <para>
/// Under <see cref="CallOrder.Deadline"/> the key is arrival + service level T of the queue. So a call with T is overtaken inside its priority only by calls of queues with a
/// shorter T' that came less than T − T' after it: by finitely many, all of them there before it waited T. With ageing A, D steps of priority lengthen that by D × A, and no class
/// starves another; without it a class waits as long as higher ones have calls.
/// </para>
/// </summary>
internal sealed class LineOrder(CallOrder order, int ageingMs)
{
    private readonly bool _isByDeadline = order == CallOrder.Deadline;
    private readonly bool _hasClasses = ageingMs == 0;

    /// <summary>The rule's name in why-records.</summary>
    public string RuleName { get; } = (order, ageingMs) switch
    {
        (CallOrder.Priority, 0) => "priority",
        (CallOrder.Priority, _) => "priority-with-ageing",
        (_, 0) => "deadline",
        _ => "deadline-with-ageing",
    };

    /// <summary>The call's place among those that wait, by what its queue says now.</summary>
    public CallRank RankOf(CallGrain call, QueueConfiguration queue)
    {
        CallRecord record = call.Record;
        long dueMs = (_isByDeadline, _hasClasses) switch
        {
            (true, _) => record.OrderMs + queue.ServiceLevelMs,
            (false, true) => 0,
            (false, false) => record.OrderMs,
        };
        int priorityClass = _hasClasses ? record.Priority : 0;
        long headStartMs = (long)record.Priority * ageingMs;
        return new CallRank(record.State == CallState.Ringing, priorityClass, dueMs - headStartMs, queue.Weight, record.OrderMs, record.OrderNumber, call);
    }

    /// <summary>What the rule compared, for the why-record (<see cref="CallCandidate.Value"/>).</summary>
    public long ValueOf(in CallRank rank, long nowMs) => (_isByDeadline, _hasClasses) switch
    {
        (true, _) => rank.DueMs - nowMs,
        (false, true) => 0,
        (false, false) => nowMs - rank.DueMs,
    };
}
