using System.Text.Json.Serialization;
using Routing.Mailbox.Membership;

namespace Routing.Silo.Commands;

/// <summary>What <c>cluster list</c> and <c>cluster partitions</c> say, as JSON and as the source of their text.</summary>
/// <param name="MapVersion">Counted up with each change of the map.</param>
/// <param name="Level">The format level in force: what the cluster writes.</param>
/// <param name="LevelLimit">To what it may be raised: all silos, and the gateways that are connected to them or were within the last hour, know it.</param>
/// <param name="Silos">By name.</param>
/// <param name="Gateways">Connected to a silo now, or within the last hour; by name.</param>
/// <param name="Partitions">By number; null in <c>list</c>.</param>
internal sealed record ClusterReport(
    long MapVersion, int Level, int LevelLimit, IReadOnlyList<ClusterReport.Silo> Silos, IReadOnlyList<ClusterReport.Gateway> Gateways,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ClusterReport.Partition>? Partitions)
{
    /// <summary>A silo that says nothing for so long is about to be taken out by the others.</summary>
    public const int SilentMs = 1_500;

    public static ClusterReport Of(ClusterView view) => new(
        view.MapVersion,
        view.Level,
        view.LevelLimit,
        [.. view.Silos.OrderBy(static silo => silo.Name, StringComparer.Ordinal).Select(silo => SiloOf(view, silo))],
        [.. view.Gateways.Select(static gateway => new Gateway(gateway.Name, gateway.Level, gateway.Silo, gateway.SeenForMs))],
        [.. view.Partitions.Select(partition => PartitionOf(view, partition))]);

    private static Silo SiloOf(ClusterView view, SiloView silo)
    {
        PartitionView[] owned = [.. view.Partitions.Where(partition => partition.Owner == silo.Id)];
        string state = silo.SilentForMs >= SilentMs ? "silent"
            : silo.Refusal is not null ? "refused"
            : !silo.IsDraining ? "up"
            : owned.Length > 0 ? "draining" : "drained";
        return new Silo(silo.Name, state, silo.SilentForMs, silo.Link, silo.Version, silo.Level, silo.ClientsLevel, owned.Length, owned.Sum(static partition => partition.DomainsCount), silo.Refusal);
    }

    private static Partition PartitionOf(ClusterView view, PartitionView partition)
    {
        SiloView? owner = view.Silo(partition.Owner);
        SiloView? desired = view.Silo(partition.Desired);
        string state = owner is null ? "unowned"
            : owner.SilentForMs >= SilentMs ? "silent"
            : owner.Id == desired?.Id ? "served" : "moving";
        return new Partition(partition.Id, state, owner?.Name, desired?.Name, partition.Epoch, partition.DomainsCount, owner?.SilentForMs);
    }

    /// <summary>A silo.</summary>
    /// <param name="Name">Of the process; a restart keeps it.</param>
    /// <param name="State">up; draining, then drained; refused: it takes no ownership, see Refusal; silent: nothing heard for <see cref="SilentMs"/>.</param>
    /// <param name="SilentForMs">Age of its last heartbeat, milliseconds.</param>
    /// <param name="Link">Where gateways reach it.</param>
    /// <param name="SchemaVersion">Of the tables that its program knows.</param>
    /// <param name="Level">The highest format level that its program knows.</param>
    /// <param name="GatewaysLevel">The lowest of those that the gateways know which are connected to it.</param>
    /// <param name="Partitions">That it owns.</param>
    /// <param name="Domains">In them.</param>
    /// <param name="Refusal">Why it takes no ownership.</param>
    internal sealed record Silo(string Name, string State, long SilentForMs, string Link, int SchemaVersion, int Level, int? GatewaysLevel, int Partitions, int Domains, string? Refusal);

    /// <summary>A gateway.</summary>
    /// <param name="Name">Of its process.</param>
    /// <param name="Level">The highest format level that it knows.</param>
    /// <param name="Silo">Who saw it last.</param>
    /// <param name="SeenForMs">How long ago, milliseconds; silos note who is connected every 10 s.</param>
    internal sealed record Gateway(string Name, int Level, string Silo, long SeenForMs);

    /// <summary>A partition.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="State">served; moving: its owner is not the one that shall have it; silent: its owner says nothing; unowned.</param>
    /// <param name="Owner">Which silo has it.</param>
    /// <param name="Desired">Which silo shall have it.</param>
    /// <param name="Epoch">Of its last ownership.</param>
    /// <param name="Domains">In it.</param>
    /// <param name="LagMs">Age of its owner's last heartbeat, milliseconds.</param>
    internal sealed record Partition(int Id, string State, string? Owner, string? Desired, long Epoch, int Domains, long? LagMs);
}
