namespace Routing.Grains.Tests.Queueing;

/// <summary>One caller: what was drawn, and what happened. Milliseconds.</summary>
internal sealed class TheoryCall
{
    public required long ArrivesMs { get; init; }

    public required long TalkMs { get; init; }

    public required long PatienceMs { get; init; }

    public long? AnsweredMs { get; set; }

    public long? LeftMs { get; set; }

    public long WaitMs => (AnsweredMs ?? LeftMs ?? ArrivesMs) - ArrivesMs;

    /// <summary>What must happen to every caller when n agents serve one line in order of arrival: each takes the agent who is free first, if patience lasts until then.</summary>
    /// <returns>When each is answered; null for those who leave.</returns>
    public static IReadOnlyList<long?> ServeInOrder(int agents, IReadOnlyList<TheoryCall> calls)
    {
        PriorityQueue<int, long> freeAtMs = new(Enumerable.Range(0, agents).Select(agent => (agent, 0L)));
        List<long?> answered = [];
        foreach (TheoryCall call in calls)
        {
            _ = freeAtMs.TryPeek(out int agent, out long freeMs);
            long startMs = Math.Max(call.ArrivesMs, freeMs);
            bool stays = startMs - call.ArrivesMs <= call.PatienceMs;
            answered.Add(stays ? startMs : null);
            if (stays)
            {
                _ = freeAtMs.DequeueEnqueue(agent, startMs + call.TalkMs);
            }
        }

        return answered;
    }
}
