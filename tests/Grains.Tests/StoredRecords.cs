using System.Runtime.CompilerServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Agent;
using Routing.Grains.Call;
using Routing.Grains.Customer;
using Routing.Grains.Domain;
using Routing.Grains.Queue;
using Routing.Grains.Records;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>
/// Stored rows: the golden files hold what each version wrote (one row a line: kind, id, hex), v1 without shifts and measures of decisions, v2 without
/// what brought an agent into the mode. They are read for ever; a change of the writer that changes them on purpose belongs into a new folder beside them, written by
/// <c>ROUTING_UPDATE_SNAPSHOTS=1 dotnet test tests/Grains.Tests</c>.
/// </summary>
public sealed class StoredRecords
{
    private const int NewestVersion = 3;
    private const int FutureField = 99;

    [Fact]
    public void Texts_that_many_records_share_are_read_as_they_were_written_however_many_they_are()
    {
        string[] texts = [.. Enumerable.Range(0, 5_000).Select(i => $"text{i}"), "日本語", string.Empty, new('x', 500), "é", "text4999"];
        RecordWriter writer = new();
        writer.Start(1);
        foreach (string text in texts)
        {
            writer.Text(2, text);
        }

        List<string> read = [];
        RecordReader reader = new(writer.ToArray());
        while (reader.Next())
        {
            if (reader.Field == 2)
            {
                read.Add(reader.Repeated());
            }
            else
            {
                reader.Int();
            }
        }

        Assert.Equal(texts, read);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_rows_of_every_version_are_read_and_mean_what_they_meant(int version)
    {
        RoutingDomainFactory factory = new();
        List<StoredRow> rows = Golden(version);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], rows.Select(row => (int)row.Key.Kind).Distinct().Order());
        RoutingDomain domain = (RoutingDomain)factory.Create(DomainId.Of("demo"));
        domain.Load([.. rows.Where(row => factory.IsResident(row.Key.Kind))]);
        List<RowKey> named = [];
        domain.NameRowsToActivate(named);
        domain.Load([.. rows.Where(row => named.Contains(row.Key))]);
        domain.Activate();
        Assert.Empty(domain.FindDefects());

        DomainSnapshot snapshot = domain.Snapshot();
        Assert.Equal((4L, 1L, 2, 1), (snapshot.Domain.Offered, snapshot.Domain.Abandoned, snapshot.Domain.Waiting, snapshot.Domain.Talking));
        AgentView alice = snapshot.Agents.Single(agent => agent.Id.Value == "alice");
        Assert.Equal((AgentState.Talking, 1, 1L), (alice.State, alice.Phones, alice.Answered));
        Assert.Equal(version == 1 ? (0L, 0L) : (1L, 1_234L), (alice.ShiftAnswered, alice.BusyMs));
        AgentView carol = snapshot.Agents.Single(agent => agent.Id.Value == "carol");
        Assert.Equal((AgentState.NotReady, "lunch"), (carol.State, carol.Reason));
        CallDetail waiting = factory.ReadCall(rows.Single(row => row.Key == GrainKind.Of(CallId.Of("c2"))));
        Assert.Equal((CallState.Waiting, 10, 1), (waiting.Call.State, waiting.Call.Priority, waiting.Call.Offers));
        Assert.Equal((OfferResult.Declined, 486, "longest-idle"), (waiting.Offers[0].Result, waiting.Offers[0].SipStatus, waiting.Offers[0].Why.Rule));
        Assert.Null(waiting.Offers[0].Why.Draw);
        CallDetail ended = factory.ReadCall(rows.Single(row => row.Key == GrainKind.Ended(CallId.Of("c3"))));
        Assert.Equal((CallOutcome.Abandoned, "ended"), (ended.Call.Outcome, ended.Timeline[^1].Kind));
        Assert.Equal(CallOutcome.Abandoned, factory.ReadCustomer(rows.Single(row => row.Key == GrainKind.Of(CustomerId.Of("+493")))).LastOutcome);
        LegState leg = LegCodec.Read(LegId.Of("caller"), rows.First(row => row.Key.Kind == GrainKind.Leg).Bytes);
        Assert.Equal([1, 2, 3], leg.State.ToArray());
    }

    [Fact]
    public void This_version_writes_what_the_golden_file_holds()
    {
        if (Environment.GetEnvironmentVariable("ROUTING_UPDATE_SNAPSHOTS") == "1")
        {
            string path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "Golden", $"v{NewestVersion}", "rows.hex");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path, Lines(Sample().Where(row => IsOurs(row) || row.Key.Kind == GrainKind.Configuration)));
            return;
        }

        // The configuration's JSON belongs to Contracts and grows with it.
        Assert.Equal(Lines(Golden(NewestVersion).Where(IsOurs)), Lines(Sample().Where(IsOurs)));

        // What a call that just ended keeps for a while is younger than version 1.
        static bool IsOurs(StoredRow row) =>
            row.Key.Kind is not (GrainKind.Configuration or GrainKind.Closing) && row.Key != GrainKind.Of(CallId.Of("c3"), LegId.Of("caller"));
    }

    [Fact]
    public void Fields_of_a_future_version_survive_rewriting_in_every_record()
    {
        foreach (StoredRow row in Golden(NewestVersion).Concat(Golden(1)).Where(row => row.Key.Kind is not (GrainKind.Configuration or GrainKind.Leg)))
        {
            byte[] future = [.. row.Bytes.Span, .. FutureFields()];
            byte[] rewritten = Rewrite(row.Key.Kind, future);
            Assert.Equal(Convert.ToHexString(future), Convert.ToHexString(rewritten));
        }
    }

    [Fact]
    public void What_is_owed_after_the_end_of_a_call_is_written_as_ever_and_read_again()
    {
        const string Stored = "08021206676174652D311880A0ABFEF96220C0072A0A4167656E74206C65667430143806420B43616C6C6572206C6566744A0663616C6C65724A076167656E742D33";
        ClosingRecord record = new() { Gateway = GatewayId.Of("gate-1"), UntilMs = 1_700_000_000_000, CallerStatus = 480, CallerReason = "Agent left", RetryAfterSeconds = 10 };
        record.AgentOffer = 3;
        record.AgentReason = "Caller left";
        record.Legs.AddRange([LegId.Of("caller"), LegId.Of("agent-3")]);
        RecordWriter writer = new();
        record.Write(writer);
        Assert.Equal(Stored, Convert.ToHexString(writer.ToArray()));

        byte[] future = [.. writer.ToArray(), .. FutureFields()];
        ClosingRecord.Read(future).Write(writer);
        Assert.Equal(Convert.ToHexString(future), Convert.ToHexString(writer.ToArray()));
    }

    [Fact]
    public void Fields_of_a_future_version_survive_a_turn_also_in_nested_records()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        RowKey key = GrainKind.Of(AgentId.Of("alice"));
        AgentRecord record = AgentRecord.Read(domain.Rows[key].Span);
        RecordWriter writer = new();
        writer.Start(2);
        int binding = writer.Begin(17);
        writer.Text(1, "gw1");
        writer.Text(2, "sip:future@1");
        writer.Number(5, domain.NowMs + 3_600_000);
        writer.Text(FutureField, "nested");
        writer.End(binding);
        writer.Number(2, (int)record.Mode);
        writer.Text(FutureField, "top");
        domain.Rows[key] = writer.ToArray();
        domain.Reload();
        domain.Arrive("c1");
        string row = Convert.ToHexString(domain.Rows[key].Span);
        Assert.Contains(Convert.ToHexString("nested"u8), row, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexString("top"u8), row, StringComparison.Ordinal);
        Assert.Equal(4, domain.Rows[key].Span[1]); // version 2, zigzag
    }

    [Fact]
    public void A_record_cut_off_anywhere_is_refused_or_shorter_but_never_read_beyond()
    {
        byte[] call = Golden(NewestVersion).First(row => row.Key.Kind == GrainKind.Call).Bytes.ToArray();
        int refusedCount = 0;
        for (int length = 0; length < call.Length; length++)
        {
            try
            {
                CallRecord.Read(call.AsSpan(0, length));
            }
            catch (FormatException)
            {
                refusedCount++;
            }
        }

        Assert.True(refusedCount > call.Length / 2);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(1L)]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Numbers_of_any_size_come_back(long value)
    {
        RecordWriter writer = new();
        writer.Start(1);
        writer.Number(2, value);
        writer.Text(3, new string('ä', 300));
        RecordReader reader = new(writer.ToArray());
        long read = 0;
        while (reader.Next())
        {
            if (reader.Field == 2)
            {
                read = reader.Number();
            }
            else if (reader.Field == 3)
            {
                Assert.Equal(300, reader.Text().Length);
            }
            else
            {
                reader.Number();
            }
        }

        Assert.Equal(value, read);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private static byte[] FutureFields()
    {
        // One field of every wire type: varint, 8 bytes, length-prefixed, 4 bytes.
        return [0x98, 0x06, 0x2A, 0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0x9A, 0x06, 2, 7, 7, 0x9D, 0x06, 9, 9, 9, 9];
    }

    private static byte[] Rewrite(byte kind, byte[] bytes)
    {
        RecordWriter writer = new();
        switch (kind)
        {
            case GrainKind.Domain: DomainRecord.Read(bytes).Write(writer); break;
            case GrainKind.Agent: AgentRecord.Read(bytes).Write(writer); break;
            case GrainKind.Queue: QueueRecord.Read(bytes).Write(writer); break;
            case GrainKind.Customer: CustomerRecord.Read(bytes).Write(writer); break;
            default: CallRecord.Read(bytes).Write(writer); break;
        }

        return writer.ToArray();
    }

    /// <summary>A domain with a talking, a waiting, a brought-priority and an ended call.</summary>
    private static List<StoredRow> Sample()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { TimeoutMs = 90_000 }));
        domain.Register("alice");
        domain.Register("carol");
        domain.SetState("carol", AgentMode.NotReady, "lunch");
        domain.Arrive("c1", ani: "+491");
        domain.Ringing("c1");
        domain.Wait(1_234);
        domain.Answer("c1");
        domain.Register("bob");
        domain.Arrive("c2", "1001", "+492");
        domain.Fail("c2", OfferFailure.Declined);
        domain.SetState("bob", AgentMode.NotReady);
        domain.Arrive("c3", "3000", "+493");
        domain.CallerLeaves("c3");
        domain.Arrive("c4", "2000", "");
        domain.Send(new GatewayStarted(TestDomain.Gateway, 3));
        return [.. domain.Rows.Select(row => new StoredRow(row.Key, row.Value))];
    }

    private static List<StoredRow> Golden(int version)
    {
        string name = $"Routing.Grains.Tests.Golden.v{version}.rows.hex";
        using Stream stream = typeof(StoredRecords).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is missing.");
        using StreamReader reader = new(stream);
        List<StoredRow> rows = [];
        while (reader.ReadLine() is { } line)
        {
            string[] parts = line.Split(' ');
            rows.Add(new StoredRow(new RowKey(byte.Parse(parts[0]), parts[1]), Convert.FromHexString(parts[2])));
        }

        return rows;
    }

    private static IEnumerable<string> Lines(IEnumerable<StoredRow> rows) =>
        rows.Select(row => $"{row.Key.Kind} {row.Key.Id} {Convert.ToHexString(row.Bytes.Span)}");
}
