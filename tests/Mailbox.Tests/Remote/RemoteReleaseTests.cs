using System.Text;
using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>A gateway and a silo of two releases: what they agree on, and what one of them says that the other does not know.</summary>
public sealed class RemoteReleaseTests : IDisposable
{
    private static readonly GatewayId Gateway = GatewayId.Of("gw");

    private readonly ManualTime _time = new();
    private readonly ManualNetwork _network;
    private readonly StallLog _log = new();
    private readonly MemoryStore _store;
    private readonly LocalHost _host;
    private readonly List<RemoteHost> _remotes = [];

    public RemoteReleaseTests()
    {
        _network = new ManualNetwork(_time);
        _store = new MemoryStore(_time);
        _host = new LocalHost(_store, new LedgerFactory { Level = FormatLevel.First + 1 }, _time, new LocalHostOptions { IsManual = true }, _log);
        _ = _host.EnsureDomain(Ledger.Domain);
        _network.Listen(_host);
    }

    public void Dispose()
    {
        _remotes.ForEach(remote => remote.Dispose());
        _host.Dispose();
        _store.Dispose();
    }

    [Fact]
    public void A_command_of_a_later_release_is_answered_with_an_error_and_put_aside_and_the_next_ones_are_done()
    {
        RemoteHost remote = Reach();
        _network.AsSent = frame => Replace(frame, "setAgentState", "newAgentState", "\"future\"");
        Task<CommandReply>[] replies = [Send(remote, "e1"), Send(remote, "future"), Send(remote, "e2"), Send(remote, "future", "key-1")];
        Run();
        Assert.Equal("a 1", replies[0].Now().Detail);
        Assert.Equal(ReplyCode.Failed, replies[1].Now().Code);
        Assert.Contains("does not know this command, or something in it", replies[1].Now().Detail, StringComparison.Ordinal);
        Assert.Contains("newAgentState", replies[1].Now().Detail, StringComparison.Ordinal);
        Assert.Equal("a 2", replies[2].Now().Detail);
        Assert.Equal(ReplyCode.Failed, replies[3].Now().Code);
        DeadLetter[] letters = [.. _host.ReadDeadLettersAsync(Ledger.Domain, 10, CancellationToken.None).Now()];
        Assert.Equal(2, letters.Length);
        Assert.All(letters, letter => Assert.Contains("newAgentState", Encoding.UTF8.GetString(letter.Content.Span), StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Told, told => told.Contains("down", StringComparison.Ordinal));

        // Once the silo knows it, the same request under the same key is done.
        _network.AsSent = static frame => frame;
        Task<CommandReply> again = Send(remote, "future", "key-1");
        Run();
        Assert.Equal("a 3", again.Now().Detail);
    }

    [Fact]
    public void A_command_of_a_later_release_under_a_key_that_was_used_is_a_conflict_and_the_lane_goes_on()
    {
        RemoteHost remote = Reach();
        Task<CommandReply> first = Send(remote, "known", "key-1");
        Task<CommandReply> done = Send(remote, "future", "key-2");
        Run();
        _network.AsSent = frame => Replace(frame, "setAgentState", "newAgentState", "\"future\"");
        Task<CommandReply>[] replies = [Send(remote, "future", "key-1"), Send(remote, "future", "key-2"), Send(remote, "e3")];
        Run();
        Assert.Equal(("a 1", "a 2"), (first.Now().Detail, done.Now().Detail));
        Assert.Equal([ReplyCode.Conflict, ReplyCode.Conflict], replies[..2].Select(reply => reply.Now().Code));
        Assert.Equal("a 3", replies[2].Now().Detail);
        Assert.Empty(_host.ReadDeadLettersAsync(Ledger.Domain, 10, CancellationToken.None).Now());
    }

    [Fact]
    public void A_word_that_is_not_known_in_a_command_is_as_one_that_is_not_known()
    {
        RemoteHost remote = Reach();
        _network.AsSent = static frame => Replace(frame, "\"Ready\"", "\"Dozes\"", "\"e1\"");
        Task<CommandReply>[] replies = [Send(remote, "e1"), Send(remote, "e2")];
        Run();
        Assert.Equal(ReplyCode.Failed, replies[0].Now().Code);
        Assert.Equal("a 1", replies[1].Now().Detail);
    }

    [Fact]
    public void An_effect_of_a_later_release_is_taken_and_put_aside_and_does_not_hold_up_what_comes_after_it()
    {
        _network.AsSent = static frame => Replace(frame, "ringCaller", "holdCaller", "\"e1.1\"");
        RemoteHost remote = Reach();
        RecordingSink sink = new();
        using IGatewaySession session = remote.OpenGateway(Gateway, 1, sink);
        Run();
        session.Send(Ledger.Domain, Ledger.Entry("a", "e1", "effect gw 3"), static _ => { });
        Run();
        Assert.Equal([1L, 2L, 3L], sink.Effects.Select(effect => effect.Sequence));
        UnknownEffect unknown = Assert.IsType<UnknownEffect>(sink.Effects[1].Effect);
        Assert.Equal("e1.1", unknown.Call.Value);
        Assert.Contains("not understood: effect 2 for call e1.1", _log.Told);
        session.Acknowledge(Ledger.Domain, 3);
        Run();

        DeadLetter letter = Assert.Single(_host.ReadDeadLettersAsync(Ledger.Domain, 10, CancellationToken.None).Now());
        Assert.Equal(DeadLetterKind.Effect, letter.Kind);
        Assert.Contains("holdCaller", Encoding.UTF8.GetString(letter.Content.Span), StringComparison.Ordinal);
        _network.Cut();
        Run(1_000);
        Assert.Equal(3, sink.Effects.Count);
    }

    [Fact]
    public void Events_of_a_later_release_are_passed_over_where_they_come_as_they_happen_and_where_they_are_read()
    {
        _network.AsSent = static frame => Replace(frame, "edgeConfigurationChanged", "edgeHasGrownAnotherTail", "\"version\":2}");
        RemoteHost remote = Reach();
        RecordingSink sink = new();
        _ = remote.SubscribeEvents(Ledger.Domain, 0, sink);
        Run();
        Task<CommandReply>[] replies = [Send(remote, "e1"), Send(remote, "e2"), Send(remote, "e3")];
        Run();
        Assert.All(replies, reply => Assert.True(reply.Now().IsOk));
        Assert.Equal([(1L, 1), (2L, 0), (3L, 1)], sink.Turns.Select(turn => (turn.Sequence, turn.Events.Count)));

        const string turns = """[{"sequence":4,"atMs":1,"events":[{"type":"edgeConfigurationChanged","version":4},{"type":"weatherChanged"},{"type":"queueRemoved","queue":"q"}]},{"sequence":5,"atMs":2,"events":[]}]""";
        Assert.Equal([(4L, 2), (5L, 0)], ForeignJson.ReadTurnsEvents(Encoding.UTF8.GetBytes(turns), LinkJson.Default.TurnEventsArray).Select(turn => (turn.Sequence, turn.Events.Count)));
    }

    [Fact]
    public void An_answer_of_a_later_release_is_an_error_for_who_asked_and_the_link_goes_on()
    {
        RemoteHost remote = Reach();
        _network.AsSent = static frame => Replace(frame, "\"Failed\"", "\"Dreamt\"", "\"Failed\"");
        Task<CommandReply> reply = remote.SendAsync(Ledger.Domain, Ledger.Entry("a", "e0", "throw"), null, CancellationToken.None);
        Task<CommandReply> next = Send(remote, "e1");
        Run();
        Assert.Equal(ReplyCode.Failed, reply.Now().Code);
        Assert.Contains("what this release does not know", reply.Now().Detail, StringComparison.Ordinal);
        Assert.Equal("a 1", next.Now().Detail);
    }

    [Theory]
    [InlineData(2, 0, true, "a silo of the release that spoke version 2 only, and says no highest")]
    [InlineData(2, 9, true, "one of a later release that still speaks ours")]
    [InlineData(3, 4, true, "one that speaks the former one no more")]
    [InlineData(4, 9, false, "one that speaks ours no more")]
    public void The_highest_version_that_both_speak_is_spoken(long least, long highest, bool isReady, string what)
    {
        _network.AsSent = frame => frame[0] == (byte)LinkFrameKind.Challenge ? Challenge(frame, least, highest) : frame;
        RemoteHost remote = Reach();
        Assert.True(isReady == remote.Status().Ready, what);
        if (!isReady)
        {
            Assert.Contains($"it speaks version {highest} of the link, this process versions 2 to 3: install the same release on both.", remote.Status().NotReadyReason, StringComparison.Ordinal);
            return;
        }

        Task<CommandReply> reply = Send(remote, "e1");
        Run();
        Assert.True(reply.Now().IsOk);
    }

    [Fact]
    public void A_gateway_is_let_in_as_long_as_it_knows_the_format_level_in_force()
    {
        RemoteHost former = Reach("former", FormatLevel.First);
        Assert.True(former.Status().Ready);
        _store.WriteAt(FormatLevel.First + 1);
        _network.Cut();
        Run(2_000);
        Assert.False(former.Status().Ready);
        Assert.Contains(_log.Told, told => told.Contains("the cluster writes format level 2, which this process does not know: install the release of the silos", StringComparison.Ordinal));
        Assert.Contains(_log.Told, told => told.StartsWith("refused: it knows format level 1, and the cluster writes level 2", StringComparison.Ordinal));
        RemoteHost next = Reach("next", FormatLevel.First + 1);
        Assert.True(next.Status().Ready);
        Task<CommandReply> reply = Send(next, "e1");
        Run();
        Assert.True(reply.Now().IsOk);
    }

    [Fact]
    public void A_gateway_that_falls_behind_while_it_is_let_in_is_not_served()
    {
        _network.AsSent = frame =>
        {
            if (frame[0] == (byte)LinkFrameKind.Welcome)
            {
                _store.WriteAt(FormatLevel.First + 1);
            }

            return frame;
        };
        RemoteHost former = Reach("former", FormatLevel.First);
        Assert.False(former.Status().Ready);
        Assert.Contains(_log.Told, told => told.StartsWith("refused: it knows format level 1, and the cluster writes level 2", StringComparison.Ordinal));
    }

    private static byte[] Challenge(byte[] frame, long least, long highest)
    {
        FrameReader reader = new(frame);
        reader.Number();
        byte[] nonce = reader.Bytes().ToArray();
        FrameWriter writer = FrameWriter.Begin(LinkFrameKind.Challenge).Number(least).Bytes(nonce);
        return (highest == 0 ? writer : writer.Number(highest)).Written.ToArray();
    }

    /// <summary>Of the same length, so that the frame stays whole; in those pieces that hold a text.</summary>
    private static byte[] Replace(byte[] frame, string old, string with, string where)
    {
        string text = Encoding.Latin1.GetString(frame);
        for (int at = text.IndexOf(old, StringComparison.Ordinal); at >= 0; at = text.IndexOf(old, at + 1, StringComparison.Ordinal))
        {
            int end = text.IndexOf('}', at);
            if (end > 0 && text[at..(end + 1)].Contains(where, StringComparison.Ordinal))
            {
                text = text[..at] + with.PadRight(old.Length, '_')[..old.Length] + text[(at + old.Length)..];
            }
        }

        return Encoding.Latin1.GetBytes(text);
    }

    private RemoteHost Reach(string name = "front", int level = FormatLevel.First)
    {
        RemoteHostOptions options = new() { Name = name, Incarnation = 1, Silos = [ManualNetwork.Silo], Key = ManualNetwork.Key, HighestLevel = level };
        RemoteHost remote = new(options, _network, _time, _log);
        _remotes.Add(remote);
        remote.Start();
        Run();
        return remote;
    }

    private static Task<CommandReply> Send(RemoteHost remote, string entry, string? key = null) =>
        remote.SendAsync(Ledger.Domain, Ledger.Entry("a", entry), key, CancellationToken.None);

    /// <summary>Everything that happens within a time, in steps of at most 50 ms.</summary>
    private void Run(int milliseconds = 0)
    {
        for (int left = milliseconds; ; left -= 50)
        {
            do
            {
                _host.RunUntilIdle();
            }
            while (_network.Pump());
            if (left <= 0)
            {
                return;
            }

            _time.Advance(Math.Min(left, 50));
        }
    }
}
