namespace Routing.Contracts.Configuration;

/// <summary>
/// Which of several waiting calls is served first. Every key of the order is fixed while a call waits in a queue, so the order never changes by the passing of time alone.
/// Calls that ring nobody come before those that ring somebody and may have a further agent (<see cref="QueueConfiguration.Offers"/>).
/// </summary>
public enum CallOrder
{
    /// <summary>Highest priority (aged by <see cref="DomainConfiguration.AgeingMs"/>), then highest queue weight, then who waits longest over all queues.</summary>
    Priority,

    /// <summary>
    /// Inside a priority (aged likewise) the least slack: the nearest, or longest past, deadline, which is the arrival in the domain plus the service level of the queue that the call is in;
    /// then as above. Nobody is overtaken by a call of the same priority that came later by the own queue's service level or more.
    /// </summary>
    Deadline,
}
