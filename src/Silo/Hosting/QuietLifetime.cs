namespace Routing.Silo.Hosting;

/// <summary>The web side neither hears signals nor says anything: <see cref="EndRequest"/> does, and ends it last.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
