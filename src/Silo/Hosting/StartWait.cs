using Routing.Silo.Diagnostics;

namespace Routing.Silo.Hosting;

/// <summary>
/// What a process says that cannot begin yet, because its database or its silos are away: a line on the console, and over HTTP that it lives, why it is not ready, and its own figures. Once it is disposed of, the
/// address is free for the real web side.
/// </summary>
internal sealed class StartWait(SiloSettings settings, IConfiguration sources, EndRequest end) : IAsyncDisposable
{
    private WebApplication? _web;
    private string _reason = string.Empty;

    /// <summary>Tells a reason, once until another one comes.</summary>
    /// <param name="reason">One sentence without a full stop.</param>
    /// <exception cref="StartupException">HTTP cannot be heard.</exception>
    public async Task TellAsync(string reason)
    {
        if (reason == _reason)
        {
            return;
        }

        Volatile.Write(ref _reason, reason);
        if (_web is null)
        {
            _web = ProcessParts.BuildBareWeb(settings, sources);
            _web.MapWaiting(() => Volatile.Read(ref _reason), new ProcessMetrics(settings));
            await ProcessParts.StartWebAsync(_web, settings, end.Asked);
        }

        Console.WriteLine(reason + " …");
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
        {
            await _web.StopAsync(end.AtOnce);
            await _web.DisposeAsync();
        }
    }
}
