using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>SIGHUP: reads all configuration files again. A bad file changes nothing, not even what the others say, and the log says why; signals that come meanwhile are one.</summary>
internal sealed partial class ConfigurationReload : IDisposable
{
    private const string Occasion = "on SIGHUP";

    /// <summary>For one file.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly IDomainHost _host;
    private readonly SiloSettings _settings;
    private readonly IReadOnlyList<DescribedDomain> _first;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PosixSignalRegistration _signal;
    private readonly Task _worker;

    /// <param name="host">Reaches the domains.</param>
    /// <param name="settings">For the demo's guard.</param>
    /// <param name="first">The files, and what they said at the start: a file stays with its domain.</param>
    /// <param name="log">Told of every reading.</param>
    public ConfigurationReload(IDomainHost host, SiloSettings settings, IReadOnlyList<DescribedDomain> first, ILogger<ConfigurationReload> log)
    {
        _host = host;
        _settings = settings;
        _first = first;
        _log = log;
        _worker = WorkAsync(_stopping.Token);
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _asked.Release();
        });
    }

    /// <summary>Reads and applies all once.</summary>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        foreach (DescribedDomain described in _first)
        {
            await ReadOrTellAsync(described, cancellation);
        }

        if (_first.Count == 0)
        {
            LogRefused(_log, "configuration", "there is no --config to read again: the domains have what other silos brought");
        }
    }

    private async Task ReadAsync(DescribedDomain described, CancellationToken cancellation)
    {
        string name = described.File.Name;
        if (described.File.Path is null)
        {
            LogRefused(_log, name, "there is no --config to read again: the built-in demo is in force");
            return;
        }

        ConfigurationResult file = described.File.Read();
        if (file.Configuration is not { } domain)
        {
            string more = file.Mistakes.Count > 1 ? $" (and {file.Mistakes.Count - 1} more: routing check-config {name})" : "";
            LogRefused(_log, name, $"{file.Mistakes[0]}{more}");
        }
        else if (domain.Domain != described.Domain)
        {
            LogRefused(_log, name, $"it describes domain {domain.Domain}, and at the start it described {described.Domain}");
        }
        else if (DemoGuard.Refusal(domain, _settings) is var (problem, remedy))
        {
            LogRefused(_log, name, $"{problem}; {remedy}");
        }
        else
        {
            await ApplyAsync(described.File, file, domain, cancellation);
        }
    }

    private async Task ApplyAsync(DomainFile source, ConfigurationResult file, DomainConfiguration domain, CancellationToken cancellation)
    {
        ConfigurationDetail? before = await _host.ReadConfigurationAsync(domain.Domain, null, cancellation);
        CommandReply reply = await DomainFile.ApplyAsync(_host, file, before, Occasion, cancellation);
        if (!reply.IsOk || reply is not ConfigurationReply applied)
        {
            LogRefused(_log, source.Name, reply.Detail?.ReplaceLineEndings("; ") ?? reply.Code.ToString());
        }
        else if (applied.IsChanged)
        {
            LogApplied(_log, source.Name, $"version {applied.Version} is in force");
        }
        else
        {
            ConfigurationDetail? inForce = await _host.ReadConfigurationAsync(domain.Domain, null, cancellation);
            LogUnchanged(_log, source.Name, (inForce is null ? null : source.Difference(domain, inForce)) ?? "says what is in force already");
        }
    }

    public void Dispose()
    {
        _signal.Dispose();
        _stopping.Cancel();
        _worker.GetAwaiter().GetResult();
        _stopping.Dispose();
        _asked.Dispose();
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await _asked.WaitAsync(cancellation);
                while (_asked.CurrentCount > 0)
                {
                    await _asked.WaitAsync(cancellation);
                }

                await ReadAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The process ends.
            return;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever goes wrong with one file or signal, the next one must be heard.")]
    private async Task ReadOrTellAsync(DescribedDomain described, CancellationToken cancellation)
    {
        try
        {
            // A domain that nobody has now must not hold up the others for ever.
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limited.CancelAfter(Limit);
            await ReadAsync(described, limited.Token);
        }
        catch (StoreException error)
        {
            LogRefused(_log, described.File.Name, "the store cannot be read: " + error.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            LogRefused(_log, described.File.Name, $"no answer of domain {described.Domain} within {Limit.TotalSeconds:0} s");
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            LogRefused(_log, described.File.Name, error.Message);
        }
    }

    [LoggerMessage(1201, LogLevel.Information, "Configuration {Name} read again: {What}")]
    private static partial void LogApplied(ILogger logger, string name, string what);

    [LoggerMessage(1202, LogLevel.Information, "Configuration {Name} read again, nothing changed: {What}")]
    private static partial void LogUnchanged(ILogger logger, string name, string what);

    [LoggerMessage(1203, LogLevel.Error, "Configuration {Name} read again and not applied, nothing changed: {Why}")]
    private static partial void LogRefused(ILogger logger, string name, string why);
}
