using Routing.Contracts.Engine;

namespace Routing.Mailbox.Membership;

/// <summary>Who is there, and who has what: read from the database at one moment.</summary>
/// <param name="MapVersion">Counted up with each change of the map.</param>
/// <param name="Silos">By id: oldest first.</param>
/// <param name="Partitions">By number.</param>
public sealed record ClusterView(long MapVersion, IReadOnlyList<SiloView> Silos, IReadOnlyList<PartitionView> Partitions)
{
    /// <summary>The format level in force.</summary>
    public int Level { get; init; } = FormatLevel.First;

    /// <summary>The gateways that were seen lately, by name.</summary>
    public IReadOnlyList<GatewayView> Gateways { get; init; } = [];

    /// <summary>To what it may be raised: all silos know it, the gateways connected to them, and those that were seen lately.</summary>
    public int LevelLimit => Silos.Count == 0 ? Level : Math.Max(Level, Math.Min(
        Silos.Min(static silo => Math.Min(silo.Level, silo.ClientsLevel ?? silo.Level)),
        Gateways.Count == 0 ? int.MaxValue : Gateways.Min(static gateway => gateway.Level)));

    /// <summary>A silo by id, or null when it is no more.</summary>
    public SiloView? Silo(long? id) => Silos.FirstOrDefault(silo => silo.Id == id);

    /// <summary>The map is what the planner makes of it.</summary>
    internal bool IsAsPlanned
    {
        get
        {
            IReadOnlyDictionary<int, long> plan = Plan();
            return Partitions.All(partition => !plan.TryGetValue(partition.Id, out long silo) || partition.Desired == silo);
        }
    }

    /// <summary>The same when all who are there have settled.</summary>
    internal ClusterView Settled => this with { Silos = [.. Silos.Select(static silo => silo with { IsSettled = true })] };

    /// <summary>Which silo should have which partition, with who is there now; empty when nobody may own.</summary>
    internal IReadOnlyDictionary<int, long> Plan() => PartitionPlanner.Plan(
        [.. Takers().Select(static silo => silo.Id)],
        [.. Partitions.Select(partition => new PlannedPartition(partition.Id, partition.DomainsCount > 0, partition.Desired))]);

    /// <summary>Who has settled, or has something already; all who may own, while nobody has settled.</summary>
    private IEnumerable<SiloView> Takers()
    {
        SiloView[] able = [.. Silos.Where(static silo => silo.MayOwn)];
        return Array.Exists(able, static silo => silo.IsSettled) ? able.Where(silo => silo.IsSettled || Partitions.Any(partition => partition.Desired == silo.Id)) : able;
    }
}
