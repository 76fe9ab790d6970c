using System.Globalization;
using Routing.Contracts.Engine;
using Routing.Mailbox.Hosting;
using Routing.Silo.Hosting;

namespace Routing.Silo.Diagnostics;

/// <summary>How the host is, and what the lanes of an engine in this process count.</summary>
internal sealed class HostMetrics(IDomainHost host, EndRequest end) : IMetricsSource
{
    public void Write(PrometheusText text)
    {
        HostStatus status = host.Status();
        WriteReady(text, status.Ready && !end.IsAsked);
        text.Gauge("routing_format_level_highest", "Highest format level that this process knows.").Sample(FormatLevel.Highest);
        if (host is LocalHost local)
        {
            text.Gauge("routing_format_level", "Format level in force: what is written.").Sample(local.Level);
        }

        if (status.Lanes.Count > 0)
        {
            WriteLanes(text, status);
        }
    }

    public static void WriteReady(PrometheusText text, bool isReady) => text
        .Gauge("routing_ready", "1 when the process can take calls: every domain is loaded and the store takes commits, or, in a gateway, the owner of every domain is reached. 0 from when it is asked to end.")
        .Sample(isReady ? 1 : 0);

    private static void WriteLanes(PrometheusText text, HostStatus status)
    {
        Family(text.Counter("routing_turns_total", "Turns of domains."), status, lane => lane.Turns);
        Family(text.Counter("routing_grain_messages_total", "Messages delivered to grains."), status, lane => lane.Messages);
        Family(text.Counter("routing_candidates_touched_total", "Agents and calls looked at by matching."), status, lane => lane.CandidatesTouched);
        Family(text.Counter("routing_commits_total", "Transactions of lanes."), status, lane => lane.Commits);
        Family(text.Counter("routing_commit_failures_total", "Transactions that failed or whose outcome is unknown."), status, lane => lane.CommitFailures);
        Family(text.Counter("routing_rows_written_total", "Rows written."), status, lane => lane.RowsWritten);
        Family(text.Counter("routing_row_bytes_written_total", "Bytes of rows written."), status, lane => lane.BytesWritten);
        Family(text.Counter("routing_dead_letters_total", "Inputs whose turn failed and that were put aside."), status, lane => lane.DeadLetters);
        Family(text.Counter("routing_agent_stuck_total", "Agents found unavailable without a live reason, and put right. Anything but 0 is a fault: see the log."), status, lane => lane.Repairs);
        Family(text.Counter("routing_inputs_refused_total", "Inputs not taken: limits or shutdown."), status, lane => lane.Refused);
        Family(text.Counter("routing_domain_reloads_total", "Domains dropped from memory and loaded again."), status, lane => lane.DomainReloads);
        Family(text.Gauge("routing_domains", "Domains owned."), status, lane => lane.Domains);
        Family(text.Gauge("routing_inputs_queued", "Inputs waiting to be taken."), status, lane => lane.QueuedInputs);
        Family(text.Gauge("routing_effects_unacknowledged", "Effects sent to gateways and not acknowledged."), status, lane => lane.UnacknowledgedEffects);
        text.Histogram("routing_commit_duration_seconds", "Time of a commit, sync to disk included.");
        foreach (LaneStatus lane in status.Lanes)
        {
            text.Buckets(lane.CommitBucketBoundsUs, lane.CommitBuckets, lane.CommitTotalUs, 1e6, Label(lane));
        }
    }

    private static void Family(PrometheusText family, HostStatus status, Func<LaneStatus, long> value)
    {
        foreach (LaneStatus lane in status.Lanes)
        {
            family.Sample(value(lane), Label(lane));
        }
    }

    private static (string Name, string Value) Label(LaneStatus lane) => ("lane", lane.Lane.ToString(CultureInfo.InvariantCulture));
}
