namespace Routing.Mailbox.Delivery;

/// <summary>
/// Lives of a sender as domains count them. A process has many: each time it gives up an input it begins to number anew, in a new life. So the life of the process stands in the high
/// bits, and a sender that moves from one process to links and back never falls behind its own mark.
/// </summary>
internal static class SenderIncarnation
{
    private const int RestartBits = 24;

    /// <summary>The first life of a process.</summary>
    public static long Of(long processIncarnation) => processIncarnation << RestartBits;
}
