using System.Collections.Concurrent;
using Routing.Contracts.Effects;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>Takes effects from several lanes at once.</summary>
public sealed class LockedSink : IEffectSink
{
    private readonly ConcurrentQueue<string> _calls = [];

    public IReadOnlyCollection<string> Calls => _calls;

    public void OnEffect(EffectEnvelope envelope) => _calls.Enqueue(((RingCaller)envelope.Effect).Call.Value);
}
