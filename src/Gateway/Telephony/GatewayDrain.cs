namespace Routing.Gateway.Telephony;

/// <summary>The end of a gateway's work before its end: no call comes any more, and those that it has go on.</summary>
internal sealed class GatewayDrain(GatewayServices services)
{
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc cref="SipGateway.DrainAsync"/>
    public async Task RunAsync(TimeSpan notice, TimeProvider time, CancellationToken atOnce)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(services.Options.DrainLimitSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, atOnce);
        var cut = either.Token;
        await using var cutting = cut.Register(() => _emptied.TrySetResult());
        if (services.Loop.TryPost(static state => ((GatewayDrain)state!).Begin(), this))
        {
            await Task.WhenAll(_emptied.Task, Task.Delay(notice, time, cut)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Begin()
    {
        services.Readiness.IsDraining = true;
        services.Calls.WhenEmpty(() => _emptied.TrySetResult());
    }
}
