using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Customer;
using Routing.Grains.Domain;
using Routing.Grains.Queue;
using Routing.Grains.Records;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>
/// A release reads what the next one wrote and writes it again: fields that it does not know, of any number and any wire type, in every record and in all that are nested in it, survive.
/// </summary>
public sealed class FutureFields
{
    private const int Seeds = 40;

    /// <summary>Above every field that any record has.</summary>
    private const int FirstFreeField = 200;
    private const int LastField = (1 << 28) - 1;

    /// <summary>
    /// Nested records by path. Whoever nests another one adds it here: <see cref="Every_nested_record_is_tried"/>. Timeline and why-records are kept as they were written.
    /// </summary>
    private static readonly Dictionary<string, int[]> Nested = new(StringComparer.Ordinal)
    {
        ["domain"] = [8, 23],
        ["configuration"] = [4],
        ["agent"] = [17],
        ["call"] = [25, 26, 27, 29, 70],
        ["call/25"] = [11, 20],
        ["call/25/20"] = [6],
    };

    [Fact]
    public void Random_fields_of_a_later_release_survive_rewriting_in_every_record_and_every_nested_one()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            foreach ((string kind, Action<RecordWriter> write, Func<byte[], RecordWriter, byte[]> rewrite) in Records())
            {
                RecordWriter writer = new();
                write(writer);
                List<string> markers = [];
                byte[] future = Decorated(writer.ToArray(), kind, new Random(seed), markers);
                byte[] once = rewrite(future, new RecordWriter());
                string hex = Convert.ToHexString(once);
                Assert.True(markers.TrueForAll(marker => hex.Contains(marker, StringComparison.Ordinal)), $"Lost in a {kind} with seed {seed}.");
                Assert.Equal(hex, Convert.ToHexString(rewrite(once, new RecordWriter())));
                Assert.True(markers.Count > Nested.GetValueOrDefault(kind, []).Length, $"Too few fields were tried in a {kind}.");
            }
        }
    }

    [Fact]
    public void Rows_of_a_running_domain_keep_the_fields_of_a_later_release_through_turns_and_reloads()
    {
        for (int seed = 0; seed < Seeds / 4; seed++)
        {
            Random random = new(seed);
            TestDomain domain = new(Configurations.Demo());
            domain.Register("alice");
            domain.Register("bob");
            Dictionary<RowKey, List<string>> markers = [];
            foreach (RowKey key in domain.Rows.Keys.Where(key => key.Kind is GrainKind.Domain or GrainKind.Agent or GrainKind.Configuration).ToArray())
            {
                domain.Rows[key] = Decorated(domain.Rows[key].ToArray(), KindOf(key.Kind), random, markers[key] = []);
            }

            domain.Reload();
            domain.Arrive("c1");
            domain.Answer("c1");
            domain.Arrive("c2");
            domain.CallerLeaves("c1");
            domain.Reload();
            domain.Wait(60_000);
            foreach ((RowKey key, List<string> kept) in markers)
            {
                string row = Convert.ToHexString(domain.Rows[key].Span);
                Assert.True(kept.TrueForAll(marker => row.Contains(marker, StringComparison.Ordinal)), $"Lost in row {key} with seed {seed}.");
            }
        }
    }

    /// <summary>The list above is that of the code: every place that reads a nested record by a call of its reader.</summary>
    [Fact]
    public void Every_nested_record_is_tried() => Assert.Equal(
        ["BindingRecord", "ClosingRecord", "CoolOffRecord", "GatewayRecord", "LoanRecord", "OfferRecord", "PeerRecord", "SeekRecord", "VisitRecord"],
        typeof(CallRecord).Assembly.GetTypes().Where(type => type.Name.EndsWith("Record", StringComparison.Ordinal) && type.Namespace!.StartsWith("Routing.Grains", StringComparison.Ordinal))
            .Select(type => type.Name).Except(["CallRecord", "AgentRecord", "QueueRecord", "CustomerRecord", "DomainRecord", "ConfigurationRecord"]).Order(StringComparer.Ordinal));

    private static string KindOf(byte kind) => kind switch
    {
        GrainKind.Domain => "domain",
        GrainKind.Configuration => "configuration",
        _ => "agent",
    };

    private static IEnumerable<(string Kind, Action<RecordWriter> Write, Func<byte[], RecordWriter, byte[]> Rewrite)> Records() =>
    [
        ("domain", Domain, (bytes, writer) => Written(writer, DomainRecord.Read(bytes).Write)),
        ("configuration", Configuration, (bytes, writer) => ConfigurationRecord.Read(bytes).Write(writer)),
        ("agent", Agent, (bytes, writer) => Written(writer, AgentRecord.Read(bytes).Write)),
        ("queue", writer => new QueueRecord().Write(writer), (bytes, writer) => Written(writer, QueueRecord.Read(bytes).Write)),
        ("customer", writer => new CustomerRecord().Write(writer), (bytes, writer) => Written(writer, CustomerRecord.Read(bytes).Write)),
        ("closing", writer => new ClosingRecord { Gateway = GatewayId.Of("gw1") }.Write(writer), (bytes, writer) => Written(writer, ClosingRecord.Read(bytes).Write)),
        ("call", Call, (bytes, writer) => Written(writer, CallRecord.Read(bytes).Write)),
    ];

    private static byte[] Written(RecordWriter writer, Action<RecordWriter> write)
    {
        write(writer);
        return writer.ToArray();
    }

    private static void Domain(RecordWriter writer)
    {
        writer.Start(1);
        Piece(writer, 8, () => writer.Text(1, "gw1"));
        Piece(writer, 23, () => writer.Text(1, "other"));
    }

    private static void Configuration(RecordWriter writer)
    {
        writer.Start(1);
        writer.Number(2, 2);
        writer.Bytes(3, "{}"u8);
        Piece(writer, 4, () => writer.Number(1, 1));
        Piece(writer, 4, () => writer.Number(1, 2));
    }

    private static void Agent(RecordWriter writer)
    {
        writer.Start(1);
        Binding(writer, 17);
    }

    private static void Call(RecordWriter writer)
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        CallRecord record = CallRecord.Read(domain.Rows[GrainKind.Of(CallId.Of("c1"))].Span);
        record.Write(writer);
        Piece(writer, 25, () =>
        {
            writer.Number(1, 9);
            writer.Text(2, "alice");
            writer.Text(3, "support");
            writer.Bytes(11, []);
            Piece(writer, 20, () =>
            {
                writer.Text(1, "other");
                Binding(writer, 6);
            });
        });
        Piece(writer, 27, () => writer.Text(1, "alice"));
        Piece(writer, 70, () =>
        {
            writer.Text(1, "other");
            writer.Text(2, "support");
        });
    }

    private static void Binding(RecordWriter writer, int field) => Piece(writer, field, () =>
    {
        writer.Text(1, "gw1");
        writer.Text(2, "sip:alice@1");
    });

    private static void Piece(RecordWriter writer, int field, Action write)
    {
        int start = writer.Begin(field);
        write();
        writer.End(start);
    }

    /// <summary>The record with a few unknown fields at its end, and in all that are nested in it.</summary>
    private static byte[] Decorated(byte[] record, string path, Random random, List<string> markers)
    {
        List<byte> written = [];
        int[] nested = Nested.GetValueOrDefault(path, []);
        for (int at = 0; at < record.Length;)
        {
            int start = at;
            ulong tag = Varint(record, ref at);
            int field = (int)(tag >> 3);
            if ((tag & 7) != WireType.Bytes)
            {
                Varint(record, ref at);
                written.AddRange(record[start..at]);
                continue;
            }

            ulong size = Varint(record, ref at);
            byte[] content = record[at..(at + (int)size)];
            at += (int)size;
            content = nested.Contains(field) ? Decorated(content, $"{path}/{field}", random, markers) : content;
            Put(written, tag);
            Put(written, (ulong)content.Length);
            written.AddRange(content);
        }

        for (int i = random.Next(1, 4); i > 0; i--)
        {
            byte[] unknown = Unknown(random);
            markers.Add(Convert.ToHexString(unknown));
            written.AddRange(unknown);
        }

        return [.. written];
    }

    private static byte[] Unknown(Random random)
    {
        int wireType = new[] { WireType.Varint, WireType.Fixed64, WireType.Bytes, WireType.Fixed32 }[random.Next(4)];
        List<byte> field = [];
        Put(field, ((ulong)random.Next(FirstFreeField, LastField) << 3) | (uint)wireType);
        byte[] content = new byte[wireType switch { WireType.Fixed64 => 8, WireType.Fixed32 => 4, _ => random.Next(0, 40) }];
        random.NextBytes(content);
        if (wireType == WireType.Varint)
        {
            Put(field, (ulong)random.NextInt64());
            return [.. field];
        }

        if (wireType == WireType.Bytes)
        {
            Put(field, (ulong)content.Length);
        }

        field.AddRange(content);
        return [.. field];
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private static void Put(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
