using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>Completes once so many effects and turns with events came, on whatever threads.</summary>
public sealed class AwaitableSink(int effects, int turns) : IEffectSink, IEventSink
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _effectsLeft = effects;
    private int _turnsLeft = turns;

    public Task Complete => _complete.Task;

    public void OnEffect(EffectEnvelope envelope) => Count(ref _effectsLeft);

    public void OnEvents(DomainId domain, TurnEvents turn) => Count(ref _turnsLeft);

    private void Count(ref int left)
    {
        Interlocked.Decrement(ref left);
        if (Volatile.Read(ref _effectsLeft) <= 0 && Volatile.Read(ref _turnsLeft) <= 0)
        {
            _complete.TrySetResult();
        }
    }
}
