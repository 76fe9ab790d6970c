using System.Globalization;

namespace Routing.Silo.Commands;

/// <summary>The state of a cluster as text for people.</summary>
internal static class ClusterText
{
    public static void WriteSilos(ClusterReport report, TextWriter output)
    {
        List<string[]> lines = [["NAME", "STATE", "HEARTBEAT", "PARTITIONS", "DOMAINS", "SCHEMA", "LEVEL", "GATEWAYS", "LINK"]];
        lines.AddRange(report.Silos.Select(static silo => new[]
        {
            silo.Name, silo.State, Age(silo.SilentForMs), Number(silo.Partitions), Number(silo.Domains), Number(silo.SchemaVersion), Number(silo.Level), silo.GatewaysLevel is { } level ? Number(level) : "-", silo.Link,
        }));
        WriteTable(lines, output);
        foreach (ClusterReport.Silo silo in report.Silos.Where(static silo => silo.Refusal is not null))
        {
            output.WriteLine($"{silo.Name} takes no partitions: {silo.Refusal}");
        }

        if (report.Gateways.Count > 0)
        {
            List<string[]> gateways = [["GATEWAY", "LEVEL", "SEEN", "BY"]];
            gateways.AddRange(report.Gateways.Select(static gateway => new[] { gateway.Name, Number(gateway.Level), Age(gateway.SeenForMs), gateway.Silo }));
            WriteTable(gateways, output);
        }

        output.WriteLine(
            report.LevelLimit > report.Level
                ? $"Format level {Number(report.Level)}; all know level {Number(report.LevelLimit)}: 'cluster upgrade' raises it, after which no former release is let in"
                : $"Format level {Number(report.Level)}");
        int without = (report.Partitions ?? []).Count(static partition => partition.State == "unowned" && partition.Domains > 0);
        if (without > 0)
        {
            output.WriteLine($"{without} partitions with domains have no owner: {(report.Silos.Count == 0 ? "no silo is there" : "'cluster partitions' lists them")}");
        }
    }

    public static void WritePartitions(ClusterReport report, TextWriter output)
    {
        List<string[]> lines = [["PARTITION", "STATE", "OWNER", "DESIRED", "EPOCH", "DOMAINS", "LAG"]];
        lines.AddRange((report.Partitions ?? []).Select(static partition => new[]
        {
            Number(partition.Id), partition.State, partition.Owner ?? "-", partition.Desired ?? "-", Number(partition.Epoch), Number(partition.Domains), partition.LagMs is { } lag ? Age(lag) : "-",
        }));
        WriteTable(lines, output);
    }

    private static string Age(long ms) => ms < 10_000 ? $"{Number(ms)} ms" : $"{Number(ms / 1_000)} s";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static void WriteTable(List<string[]> lines, TextWriter output)
    {
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
        {
            output.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
