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
    private readonly FileDelivery? _delivery;
    private readonly Func<IReadOnlyList<(string Name, DomainConfiguration Domain)>> _others;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PosixSignalRegistration _signal;
    private readonly Task _worker;

    /// <param name="host">Reaches the domains.</param>
    /// <param name="settings">For the demo's guard.</param>
    /// <param name="first">The files, and what they said at the start: a file stays with its domain.</param>
    /// <param name="log">Told of every reading.</param>
    /// <param name="delivery">Of a cluster: is still bringing what some said at the start.</param>
    /// <param name="others">Of a cluster: reads the domains of other silos' files, each with the name by which a message calls it.</param>
    public ConfigurationReload(
        IDomainHost host,
        SiloSettings settings,
        IReadOnlyList<DescribedDomain> first,
        ILogger<ConfigurationReload> log,
        FileDelivery? delivery = null,
        Func<IReadOnlyList<(string Name, DomainConfiguration Domain)>>? others = null)
    {
        _delivery = delivery;
        _others = others ?? (static () => []);
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

    /// <summary>Reads and applies all once. Nothing is applied before all are read, and nothing at all when gateways could not tell domains apart then.</summary>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        if (_first.Count == 0)
        {
            LogRefused(_log, "configuration", "there is no --config to read again: the domains have what other silos brought");
            return;
        }

        DescribedDomain?[] read = [.. _first.Select(ReadOrTell)];
        if (!AreToldApart(read))
        {
            return;
        }

        foreach (DescribedDomain described in read.OfType<DescribedDomain>())
        {
            await ApplyOrTellAsync(described, cancellation);
        }
    }

    /// <summary>Null when it cannot be applied.</summary>
    private DescribedDomain? Read(DescribedDomain first)
    {
        string name = first.File.Name;
        if (first.File.Path is null)
        {
            LogRefused(_log, name, "there is no --config to read again: the built-in demo is in force");
            return null;
        }

        ConfigurationResult file = first.File.Read();
        if (file.Configuration is not { } domain)
        {
            string more = file.Mistakes.Count > 1 ? $" (and {file.Mistakes.Count - 1} more: routing check-config {name})" : "";
            LogRefused(_log, name, $"{file.Mistakes[0]}{more}");
        }
        else if (domain.Domain != first.Domain)
        {
            LogRefused(_log, name, $"it describes domain {domain.Domain}, and at the start it described {first.Domain}");
        }
        else if (DemoGuard.Refusal(domain, _settings) is var (problem, remedy))
        {
            LogRefused(_log, name, $"{problem}; {remedy}");
        }
        else
        {
            return new DescribedDomain(first.File, file);
        }

        return null;
    }

    /// <summary>As at the start: those that are read now, those that cannot be and stay as they were, and in a cluster those of other silos' files.</summary>
    private bool AreToldApart(DescribedDomain?[] read)
    {
        try
        {
            IEnumerable<(string Name, DomainConfiguration Domain)> own = read.Select((described, i) => described ?? _first[i]).Select(static described => (described.File.Name, described.Configuration));
            DomainOverlap[] overlaps = [.. DomainOverlaps.FindAny([.. own], _others())];
            foreach (DomainOverlap overlap in overlaps.Where(static overlap => !overlap.IsRefused))
            {
                LogOverlap(_log, overlap.Text);
            }

            foreach (DomainOverlap overlap in overlaps.Where(static overlap => overlap.IsRefused))
            {
                LogRefused(_log, "files", overlap.Text);
            }

            return !overlaps.Any(static overlap => overlap.IsRefused);
        }
        catch (StoreException error)
        {
            LogRefused(_log, "files", "the domains of the cluster cannot be read: " + error.Message);
            return false;
        }
    }

    private async Task ApplyAsync(DescribedDomain described, CancellationToken cancellation)
    {
        DomainFile source = described.File;
        DomainConfiguration domain = described.Configuration;
        if (_delivery?.Replace(described) == true)
        {
            LogApplied(_log, source.Name, $"domain {described.Domain} was not told the former one yet, and is told this one as soon as it can be");
            return;
        }

        ConfigurationDetail? before = await _host.ReadConfigurationAsync(domain.Domain, null, cancellation);
        CommandReply reply = await DomainFile.ApplyAsync(_host, described.Read, before, Occasion, onlyIfNew: false, cancellation);
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
    private DescribedDomain? ReadOrTell(DescribedDomain first)
    {
        try
        {
            return Read(first);
        }
        catch (Exception error)
        {
            LogRefused(_log, first.File.Name, error.Message);
            return null;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever goes wrong with one file or signal, the next one must be heard.")]
    private async Task ApplyOrTellAsync(DescribedDomain described, CancellationToken cancellation)
    {
        try
        {
            // A domain that nobody has now must not hold up the others for ever.
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limited.CancelAfter(Limit);
            await ApplyAsync(described, limited.Token);
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

    [LoggerMessage(1207, LogLevel.Warning, "Configuration files read again: {Problem}")]
    private static partial void LogOverlap(ILogger logger, string problem);
}
