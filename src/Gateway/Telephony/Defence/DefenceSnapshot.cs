namespace Routing.Gateway.Telephony.Defence;

/// <summary>The defence at one moment.</summary>
/// <param name="SourcesBanned">Sources banned now.</param>
/// <param name="Counts">By <see cref="DefenceCounter"/>, since the start.</param>
public sealed record DefenceSnapshot(int SourcesBanned, IReadOnlyList<long> Counts)
{
    public long this[DefenceCounter counter] => Counts[(int)counter];
}
