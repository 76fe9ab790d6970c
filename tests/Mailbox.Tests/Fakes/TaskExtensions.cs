using Xunit;

namespace Routing.Mailbox.Tests.Fakes;

public static class TaskExtensions
{
    /// <summary>The result of a task that must be done by now: driven by hand, nothing is left to wait for.</summary>
    public static T Now<T>(this Task<T> task)
    {
        Assert.True(task.IsCompleted, "The task should be done by now.");
        return task.GetAwaiter().GetResult();
    }
}
