using Routing.Mailbox.Lanes;

namespace Routing.Mailbox.Hosting;

/// <summary>Asks several lanes for something that each does between two batches.</summary>
internal static class LaneRequests
{
    /// <summary>Completes when all of them have done it, or are closed.</summary>
    /// <param name="partitions">Of each lane.</param>
    /// <param name="ask">Asks one lane, which calls what it is given when it is done; false when it is closed.</param>
    /// <param name="isManual">Whoever waits goes on at once, on the lane's thread.</param>
    public static Task AskAsync(IEnumerable<IGrouping<Lane, int>> partitions, Func<Lane, int[], Action, bool> ask, bool isManual)
    {
        TaskCompletionSource done = new(isManual ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        IGrouping<Lane, int>[] lanes = [.. partitions];
        int left = lanes.Length + 1;
        foreach (IGrouping<Lane, int> ofLane in lanes)
        {
            if (!ask(ofLane.Key, [.. ofLane], Done))
            {
                Done();
            }
        }

        Done();
        return done.Task;

        void Done()
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.TrySetResult();
            }
        }
    }
}
