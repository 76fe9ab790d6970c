using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>Keeps everything that reached it, in order.</summary>
public sealed class RecordingSink : IEffectSink, IEventSink
{
    public List<EffectEnvelope> Effects { get; } = [];

    public List<TurnEvents> Turns { get; } = [];

    /// <summary>Beginnings and ends of turns, and effects between them.</summary>
    public List<string> Told { get; } = [];

    /// <summary>The next so many effects are refused with an exception.</summary>
    public int Refuse { get; set; }

    /// <summary>The events of this turn are refused with an exception, once.</summary>
    public long RefuseTurn { get; set; }

    public List<string> Calls => [.. Effects.Select(envelope => ((RingCaller)envelope.Effect).Call.Value)];

    public List<long> Sequences => [.. Turns.Select(turn => turn.Sequence)];

    public void OnEffect(EffectEnvelope envelope)
    {
        if (Refuse > 0)
        {
            Refuse--;
            Told.Add("refused");
            throw new InvalidOperationException("The sink refuses.");
        }

        Effects.Add(envelope);
        Told.Add($"effect {envelope.Sequence}");
    }

    public void OnStartOver(DomainId domain) => Told.Add("start over");

    public void BeginTurn() => Told.Add("begin");

    public void EndTurn() => Told.Add("end");

    public void OnEvents(DomainId domain, TurnEvents turn)
    {
        if (turn.Sequence == RefuseTurn)
        {
            RefuseTurn = 0;
            throw new InvalidOperationException("The sink refuses.");
        }

        Turns.Add(turn);
    }
}
