using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony.Domains;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>Whatever is in the file of the journal or in the way of it, a start goes on with what can be read.</summary>
public sealed class LegEndFileTests : IDisposable
{
    private static readonly DomainId Domain = DomainId.Of("demo");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal");

    private string FileName => Path.Combine(_folder.FullName, "gateway.journal");

    [Fact]
    public void What_was_written_is_read_in_the_next_life_in_order()
    {
        LegEnd[] ends = [Left("a", "SIP;cause=200;text=\"ä\n\r\""), new(Domain, new AgentLegEnded(new OfferId(CallId.Of("b"), 3), AgentLegEndCause.HungUp)), Left("c", null)];

        Write(ends);

        Assert.Equal(ends, Read());
    }

    [Fact]
    public void What_was_cleared_is_gone_and_so_is_the_file()
    {
        using (LegEndFile journal = New())
        {
            Assert.True(journal.TryWrite(Left("a", null)));
            journal.Clear([]);
        }

        Assert.False(File.Exists(FileName));
        Assert.Empty(Read());
    }

    [Fact]
    public void Without_a_stall_there_is_no_file()
    {
        using (LegEndFile journal = New())
        {
            Assert.Empty(journal.Read());
        }

        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void A_line_that_was_cut_is_passed_over_and_the_next_life_writes_behind_it()
    {
        Write(Left("a", null), Left("b", null));
        byte[] bytes = File.ReadAllBytes(FileName);
        File.WriteAllBytes(FileName, bytes[..^10]);

        Write(Left("c", null));

        Assert.Equal([Left("a", null), Left("c", null)], Read());
    }

    [Fact]
    public void Every_changed_byte_costs_at_most_its_own_line()
    {
        Write(Left("a", null), Left("b", null), Left("c", null));
        byte[] bytes = File.ReadAllBytes(FileName);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 0x15;
            File.WriteAllBytes(FileName, changed);
            var read = Read();
            Assert.True(read.Count >= 2 || bytes[i] == '\n', $"byte {i}");
            Assert.All(read, static end => Assert.Contains(((CallerLeft)end.Command).Call.Value, "abc", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("1 0000000000000000 {}\n")]
    [InlineData("2 0123456789abcdef whatever a later version writes\n")]
    [InlineData("\0\0\0\0")]
    public void Rubbish_is_nothing(string content)
    {
        File.WriteAllText(FileName, content);
        Assert.Empty(Read());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"domain":"demo"}""")]
    [InlineData("""{"domain":"demo","command":{}}""")]
    [InlineData("""{"domain":"demo","command":{"type":"unheardOf","call":"a"}}""")]
    [InlineData("""{"domain":"demo","command":{"type":"callerLeft","cause":"hungUp"}}""")]
    [InlineData("""{"domain":"demo","command":{"type":"callerLeft","call":"","cause":"hungUp"}}""")]
    [InlineData("""{"domain":"demo","command":{"type":"agentLegEnded","cause":"hungUp"}}""")]
    [InlineData("""{"domain":"demo","command":{"type":"gatewayStarted","gateway":"gw","incarnation":9}}""")]
    [InlineData("""{"command":{"type":"callerLeft","call":"a","cause":"hungUp"}}""")]
    public void What_is_signed_and_says_something_else_is_nothing(string json)
    {
        File.WriteAllBytes(FileName, LegEndLine.Sign(Encoding.UTF8.GetBytes(json)));
        Assert.Empty(Read());
    }

    [Fact]
    public void Deep_nesting_and_a_line_without_end_are_nothing()
    {
        File.WriteAllBytes(FileName, [.. LegEndLine.Sign(Encoding.UTF8.GetBytes(new string('[', 4_000))), .. Encoding.ASCII.GetBytes(new string('1', LegEndFile.LimitBytes * 2))]);
        Assert.Empty(Read());
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_stops_nothing()
    {
        Directory.CreateDirectory(FileName);
        using LegEndFile journal = New();
        Assert.Empty(journal.Read());
        Assert.True(journal.TryWrite(Left("a", null)));
        journal.Clear([]);
    }

    [Fact]
    public void What_stays_stays_and_what_comes_later_follows()
    {
        using (LegEndFile journal = New())
        {
            Assert.True(journal.TryWrite(Left("a", null)) && journal.TryWrite(Left("b", null)));
            journal.Clear([Left("b", null)]);
            Assert.True(journal.TryWrite(Left("c", null)));
        }

        Assert.Equal([Left("b", null), Left("c", null)], Read());
        using (LegEndFile journal = New())
        {
            journal.Clear([]);
        }

        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public void It_is_bounded()
    {
        using LegEndFile journal = New();
        int count = 0;
        while (count < LegEndFile.LimitBytes && journal.TryWrite(Left("call-" + count, null)))
        {
            count++;
        }

        Assert.InRange(count, 5_000, 20_000);
    }

    [Fact]
    public void A_reason_of_any_length_keeps_the_end_and_goes_itself()
    {
        Write(Left("a", new string('x', 100_000)));
        Assert.Equal([Left("a", null)], Read());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static LegEnd Left(string call, string? reason) => new(Domain, new CallerLeft(CallId.Of(call), CallerLeaveCause.HungUp, reason));

    private LegEndFile New() => new(FileName, NullLogger<LegEndFile>.Instance);

    private void Write(params LegEnd[] ends)
    {
        using LegEndFile journal = New();
        Assert.All(ends, end => Assert.True(journal.TryWrite(end)));
    }

    private IReadOnlyList<LegEnd> Read()
    {
        using LegEndFile journal = New();
        return journal.Read();
    }
}
