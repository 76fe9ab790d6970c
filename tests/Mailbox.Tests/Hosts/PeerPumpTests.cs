using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>Who carries what domains say, when the store is brought back from an older copy: numbers that were taken are given again, to other messages.</summary>
public sealed class PeerPumpTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly HandSession _session = new();
    private readonly PeerPump _pump;

    public PeerPumpTests() => _pump = new PeerPump(PeerFactory.South, (_, _, _) => _session, 1, _time);

    public void Dispose() => _pump.Dispose();

    [Fact]
    public void After_the_store_was_brought_back_numbers_that_were_taken_before_are_said_anew()
    {
        Hear(1, 2, 3);
        Assert.Equal([1L, 2L, 3L], Said());
        ReplyToAll();
        Assert.Equal((PeerFactory.North, 3L), _session.Acknowledged[^1]);
        _pump.OnStartOver(PeerFactory.North);
        Hear(2, 3);
        Assert.Equal([2L, 3L], Said());
        Assert.Equal(2, ((PeerSaid)_session.Sent[0].Command).FirstOpen);
    }

    [Fact]
    public void A_reply_from_before_the_store_was_brought_back_acknowledges_nothing_of_what_is_said_after_it()
    {
        Hear(1, 2, 3);
        List<Action<CommandReply>> former = [.. _session.Sent.Select(static sent => sent.Reply)];
        _session.Sent.Clear();
        _pump.OnStartOver(PeerFactory.North);
        Hear(2);
        former.ForEach(static reply => reply(CommandReply.Ok));
        Assert.Empty(_session.Acknowledged);
        ReplyToAll();
        Assert.Equal([(PeerFactory.North, 2L)], _session.Acknowledged);
    }

    [Fact]
    public void What_another_domain_said_is_not_said_again_because_one_starts_over()
    {
        Hear(1);
        _pump.OnStartOver(PeerFactory.South);
        Hear(1);
        Assert.Equal([1L], Said());
    }

    private void Hear(params int[] numbers)
    {
        foreach (int number in numbers)
        {
            CallId call = CallId.Of("c");
            _pump.OnEffect(new EffectEnvelope(PeerFactory.North, 1, number, new TellDomain(call, new StopSeeking(call, number, string.Empty))));
        }
    }

    private IEnumerable<long> Said() => _session.Sent.Select(static sent => ((PeerSaid)sent.Command).Number);

    private void ReplyToAll()
    {
        foreach ((_, Action<CommandReply> reply) in _session.Sent.ToArray())
        {
            reply(CommandReply.Ok);
        }

        _session.Sent.Clear();
    }
}
