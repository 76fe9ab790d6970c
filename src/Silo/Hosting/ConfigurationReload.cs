using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>SIGHUP: reads the configuration file again. A bad file changes nothing, and the log says why; signals that come meanwhile are one.</summary>
internal sealed partial class ConfigurationReload : IDisposable
{
    private const string Occasion = "on SIGHUP";

    private readonly IDomainHost _host;
    private readonly SiloSettings _settings;
    private readonly DomainConfiguration _first;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PosixSignalRegistration _signal;
    private readonly Task _worker;

    /// <param name="host">Has the domain.</param>
    /// <param name="settings">Name the file.</param>
    /// <param name="first">The configuration of the start: a process stays with its domain.</param>
    /// <param name="log">Told of every reading.</param>
    public ConfigurationReload(IDomainHost host, SiloSettings settings, DomainConfiguration first, ILogger<ConfigurationReload> log)
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

    /// <summary>Reads and applies once; the result is what the log was told.</summary>
    public async Task<string> ReadAsync(CancellationToken cancellation)
    {
        string name = _settings.ConfigFile ?? "configuration";
        if (_settings.ConfigFile is null)
        {
            return Refused(name, "there is no --config to read again: the built-in demo is in force");
        }

        ConfigurationResult file = DomainFile.Read(_settings);
        if (file.Configuration is not { } domain)
        {
            string more = file.Mistakes.Count > 1 ? $" (and {file.Mistakes.Count - 1} more: routing check-config {name})" : "";
            return Refused(name, $"{file.Mistakes[0]}{more}");
        }

        if (domain.Domain != _first.Domain)
        {
            return Refused(name, $"it describes domain {domain.Domain}, and this process serves {_first.Domain}");
        }

        if (DemoGuard.Refusal(domain, _settings) is var (problem, remedy))
        {
            return Refused(name, $"{problem}; {remedy}");
        }

        try
        {
            return await ApplyAsync(name, file, domain, cancellation);
        }
        catch (StoreException error)
        {
            return Refused(name, "the store cannot be read: " + error.Message);
        }
    }

    private async Task<string> ApplyAsync(string name, ConfigurationResult file, DomainConfiguration domain, CancellationToken cancellation)
    {
        CommandReply reply = await DomainFile.ApplyAsync(_host, file, Occasion, cancellation);
        if (!reply.IsOk || reply is not ConfigurationReply applied)
        {
            return Refused(name, reply.Detail?.ReplaceLineEndings("; ") ?? reply.Code.ToString());
        }

        if (applied.IsChanged)
        {
            return Told(LogApplied, $"version {applied.Version} is in force", name);
        }

        ConfigurationDetail? inForce = await _host.ReadConfigurationAsync(domain.Domain, null, cancellation);
        return Told(LogUnchanged, inForce is null ? null : DomainFile.Difference(_settings, domain, inForce), name);
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

                await ReadOrTellAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The process ends.
            return;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever goes wrong with one signal, the next one must be heard.")]
    private async Task ReadOrTellAsync(CancellationToken cancellation)
    {
        try
        {
            await ReadAsync(cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            Refused(_settings.ConfigFile ?? "configuration", error.Message);
        }
    }

    private string Refused(string name, string why)
    {
        LogRefused(_log, name, why);
        return why;
    }

    private string Told(Action<ILogger, string, string> log, string? what, string name)
    {
        string told = what ?? "says what is in force already";
        log(_log, name, told);
        return told;
    }

    [LoggerMessage(1201, LogLevel.Information, "Configuration {Name} read again: {What}")]
    private static partial void LogApplied(ILogger logger, string name, string what);

    [LoggerMessage(1202, LogLevel.Information, "Configuration {Name} read again, nothing changed: {What}")]
    private static partial void LogUnchanged(ILogger logger, string name, string what);

    [LoggerMessage(1203, LogLevel.Error, "Configuration {Name} read again and not applied, nothing changed: {Why}")]
    private static partial void LogRefused(ILogger logger, string name, string why);
}
