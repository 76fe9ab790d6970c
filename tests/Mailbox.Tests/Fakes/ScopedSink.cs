using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>One of several sessions over one link: notes into a list of all of them what it is told.</summary>
internal sealed class ScopedSink(string name, object? scope, List<string> told) : IEffectSink
{
    public object? TurnScope => scope;

    public void OnEffect(EffectEnvelope envelope) => told.Add($"{name} effect {envelope.Sequence}");

    public void BeginTurn() => told.Add("begin");

    public void EndTurn() => told.Add("end");
}
