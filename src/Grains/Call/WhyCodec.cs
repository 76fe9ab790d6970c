using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Records;

namespace Routing.Grains.Call;

/// <summary>The stored form of a why-record.</summary>
internal static class WhyCodec
{
    public static byte[] Write(WhyRecord why, RecordWriter writer)
    {
        writer.Start(1);
        writer.Text(2, why.Trigger);
        writer.Text(3, why.Rule);
        writer.Number(4, why.ConfigurationVersion);
        writer.Number(5, why.WaitedMs);
        writer.Number(6, why.PoolSize);
        foreach (AgentCandidate agent in why.Agents)
        {
            int start = writer.Begin(7);
            writer.Text(1, agent.Agent.Value);
            writer.Number(2, agent.IdleMs);
            writer.Number(3, agent.SkillSum);
            writer.Number(4, agent.Value);
            writer.End(start);
        }

        foreach (CallCandidate call in why.Calls)
        {
            int start = writer.Begin(8);
            writer.Text(1, call.Call.Value);
            writer.Text(2, call.Queue.Value);
            writer.Number(3, call.Priority);
            writer.Number(4, call.WaitedMs);
            writer.Flag(5, call.IsRinging);
            writer.Number(6, call.Value);
            writer.Number(7, call.Weight);
            writer.End(start);
        }

        foreach (Exclusion exclusion in why.Excluded)
        {
            int start = writer.Begin(9);
            writer.Text(1, exclusion.Who);
            writer.Text(2, exclusion.Reason);
            writer.End(start);
        }

        writer.Text(10, why.After?.Value);
        if (why.Draw is { } draw)
        {
            writer.Number(11, draw.Number);
            writer.Number(12, draw.Of);
        }

        writer.Number(13, why.Ring);
        writer.Number(14, why.ExcludedCount);

        return writer.ToArray();
    }

    public static WhyRecord Read(ReadOnlySpan<byte> bytes)
    {
        string trigger = string.Empty;
        string rule = string.Empty;
        long version = 0;
        long waitedMs = 0;
        int poolSize = 0;
        AgentId? after = null;
        long drawn = 0;
        long drawnOf = 0;
        int ring = 0;
        int excludedCount = 0;
        List<AgentCandidate> agents = [];
        List<CallCandidate> calls = [];
        List<Exclusion> excluded = [];
        UnknownFields unread = default;
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: trigger = reader.Text(); break;
                case 3: rule = reader.Text(); break;
                case 4: version = reader.Number(); break;
                case 5: waitedMs = reader.Number(); break;
                case 6: poolSize = reader.Int(); break;
                case 7: agents.Add(ReadAgent(reader.Bytes())); break;
                case 8: calls.Add(ReadCall(reader.Bytes())); break;
                case 9: excluded.Add(ReadExclusion(reader.Bytes())); break;
                case 10: after = AgentId.Of(reader.Text()); break;
                case 11: drawn = reader.Number(); break;
                case 12: drawnOf = reader.Number(); break;
                case 13: ring = reader.Int(); break;
                case 14: excludedCount = reader.Int(); break;
                default: reader.Keep(ref unread); break;
            }
        }

        return new WhyRecord
        {
            Trigger = trigger,
            Rule = rule,
            ConfigurationVersion = version,
            WaitedMs = waitedMs,
            PoolSize = poolSize,
            Agents = agents,
            Calls = calls,
            Excluded = excluded,
            ExcludedCount = Math.Max(excludedCount, excluded.Count),
            After = after,
            Ring = ring,
            Draw = drawnOf == 0 ? null : new WhyDraw(drawn, drawnOf),
        };
    }

    private static AgentCandidate ReadAgent(ReadOnlySpan<byte> bytes)
    {
        AgentCandidate read = new(default, 0, 0);
        UnknownFields unread = default;
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: read = read with { Agent = AgentId.Of(reader.Text()) }; break;
                case 2: read = read with { IdleMs = reader.Number() }; break;
                case 3: read = read with { SkillSum = reader.Int() }; break;
                case 4: read = read with { Value = reader.Number() }; break;
                default: reader.Keep(ref unread); break;
            }
        }

        return read;
    }

    private static CallCandidate ReadCall(ReadOnlySpan<byte> bytes)
    {
        CallCandidate read = new(default, default, 0, 0);
        UnknownFields unread = default;
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: read = read with { Call = CallId.Of(reader.Text()) }; break;
                case 2: read = read with { Queue = QueueId.Of(reader.Text()) }; break;
                case 3: read = read with { Priority = reader.Int() }; break;
                case 4: read = read with { WaitedMs = reader.Number() }; break;
                case 5: read = read with { IsRinging = reader.Flag() }; break;
                case 6: read = read with { Value = reader.Number() }; break;
                case 7: read = read with { Weight = reader.Int() }; break;
                default: reader.Keep(ref unread); break;
            }
        }

        return read;
    }

    private static Exclusion ReadExclusion(ReadOnlySpan<byte> bytes)
    {
        Exclusion read = new(string.Empty, string.Empty);
        UnknownFields unread = default;
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: read = read with { Who = reader.Text() }; break;
                case 2: read = read with { Reason = reader.Text() }; break;
                default: reader.Keep(ref unread); break;
            }
        }

        return read;
    }
}
