namespace Routing.Gateway.Telephony.Domains;

/// <summary>
/// Where ends of legs are kept that the store does not take: it outlives the process. Only for stalls; nothing is written while the store works. Never an error to its user: what it
/// cannot keep is as if it were not there.
/// </summary>
public interface ILegEndJournal : IDisposable
{
    /// <summary>What was written and not cleared, in order, by a former life. At the start, before anything is written.</summary>
    IReadOnlyList<LegEnd> Read();

    /// <summary>Keeps one: returns at once, durable soon.</summary>
    /// <returns>False when it is full.</returns>
    bool TryWrite(LegEnd end);

    /// <summary>Everything that was written is in the store now, but for what is of domains that nobody here can reach yet.</summary>
    /// <param name="rest">What stays.</param>
    void Clear(IReadOnlyList<LegEnd> rest);
}
