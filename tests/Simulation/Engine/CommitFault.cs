namespace Routing.Simulation.Engine;

/// <summary>What can go wrong around a commit, besides what the store is armed with.</summary>
internal enum CommitFault
{
    None,

    /// <summary>Stored, after seconds.</summary>
    Slow,

    /// <summary>The process dies before it commits.</summary>
    CrashBefore,

    /// <summary>The process dies after the commit, before it releases anything.</summary>
    CrashAfter,

    /// <summary>The process dies after it released a part.</summary>
    CrashReleasing,
}
