using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>
/// Tells each domain that this gateway lives: who hung up in the former life first, so that the calls are handed back as ended, then <see cref="GatewayStarted"/>, with which the domain hands its calls back. All domains at once;
/// one that nobody can reach now keeps the gateway from the others for <see cref="StartLimit"/> at most.
/// </summary>
internal sealed class DomainJoins
{
    private const int RepeatDelayMs = 250;

    /// <summary>How long the start waits for domains that do not answer. Requests that came meanwhile are judged by their age.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(3);

    private readonly GatewayServices _services;
    private readonly IDomainHost _host;
    private readonly ILogger _logger;
    private readonly Func<DomainId, CancellationToken, Task> _takeUp;
    private readonly CancellationToken _stopping;

    /// <summary>The domains that are told, or were, that this gateway lives.</summary>
    private readonly ConcurrentDictionary<DomainId, bool> _begun = new();

    /// <summary>Those that have what the journal had for them.</summary>
    private readonly ConcurrentDictionary<DomainId, bool> _replayed = new();
    private IReadOnlyList<LegEnd> _ends = [];

    /// <param name="services">The gateway's.</param>
    /// <param name="host">Where the domains are.</param>
    /// <param name="logger">Told of domains that do not take it.</param>
    /// <param name="takeUp">What is done with a domain once it was told.</param>
    /// <param name="stopping">The gateway ends.</param>
    public DomainJoins(GatewayServices services, IDomainHost host, ILogger logger, Func<DomainId, CancellationToken, Task> takeUp, CancellationToken stopping)
    {
        (_services, _host, _logger, _takeUp, _stopping) = (services, host, logger, takeUp, stopping);
    }

    /// <summary>Joins all domains that are known; completes when all are joined, or so many as could be in <see cref="StartLimit"/>. The others are joined as soon as they can be.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _ends = _services.Options.Journal?.Read() ?? [];
        List<(DomainId Domain, Task Join)> joins = [];
        foreach (var domain in _host.Domains)
        {
            if (_begun.TryAdd(domain, true))
            {
                joins.Add((domain, JoinAsync(domain, _stopping)));
            }
        }

        await WaitAsync(Task.WhenAll(joins.Select(static join => join.Join)), cancellationToken);
        foreach (var (domain, join) in joins)
        {
            if (join.IsCompleted)
            {
                await join;
            }
            else
            {
                TelephonyLog.DomainAway(_logger, domain.Value);
                _services.Readiness.BeginJoin(domain);
                _ = Task.Run(() => JoinQuietlyAsync(domain, join), CancellationToken.None);
            }
        }

        _services.Pass(CrashPoint.BeforeListening);
        KeepEnds();
        _host.DomainsAdded += JoinLater;
        JoinLater();
    }

    /// <summary>No domain is joined any more.</summary>
    public void End() => _host.DomainsAdded -= JoinLater;

    private async Task WaitAsync(Task joins, CancellationToken cancellationToken)
    {
        if (!joins.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(joins, Task.Delay(StartLimit, _services.Loop.Time, over.Token));
            cancellationToken.ThrowIfCancellationRequested();
            await over.CancelAsync();
        }
    }

    private async Task JoinAsync(DomainId domain, CancellationToken cancellationToken)
    {
        await ReplayAsync(domain, cancellationToken);
        await AnnounceAsync(domain, cancellationToken);
        await _takeUp(domain, cancellationToken);
    }

    /// <summary>A domain came up after the start: a new one, or one of a silo that was not reached then.</summary>
    private void JoinLater()
    {
        foreach (var domain in _host.Domains)
        {
            if (_begun.TryAdd(domain, true))
            {
                _ = Task.Run(() => JoinQuietlyAsync(domain, JoinAsync(domain, _stopping)), CancellationToken.None);
            }
        }
    }

    /// <summary>Never throws.</summary>
    private async Task JoinQuietlyAsync(DomainId domain, Task join)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await join;
                return;
            }
            catch (Exception exception)
            {
                if (!_stopping.IsCancellationRequested)
                {
                    TelephonyLog.DomainNotJoined(_logger, domain.Value, exception);
                    await Task.Delay(TimeSpan.FromMilliseconds(RepeatDelayMs), _services.Loop.Time, CancellationToken.None);
                    join = JoinAsync(domain, _stopping);
                }
            }
        }
    }

    /// <summary>
    /// A domain that cannot take it now is asked again: without it the calls of the former life would be nobody's, and time-outs would end them one
    /// by one.
    /// </summary>
    private async Task AnnounceAsync(DomainId domain, CancellationToken cancellationToken)
    {
        var options = _services.Options;
        _services.Pass(CrashPoint.BeforeAnnounce);
        _services.Domains.Announcing(domain);
        GatewayStarted started = new(options.Gateway, options.Incarnation, options.Lease?.LeaseMs ?? 0, options.Lease?.GraceMs ?? 0);
        var reply = await SendUntilTakenAsync(domain, started, cancellationToken);
        _services.Pass(CrashPoint.AfterAnnounce);
        _services.Domains.Announced(domain, reply, TimeSpan.FromSeconds(options.RegistrationMaxSeconds));
        if (!reply.IsOk)
        {
            TelephonyLog.CallsNotHandedBack(_logger, domain.Value, reply.Detail ?? reply.Code.ToString());
        }
    }

    /// <summary>
    /// Who hung up in the former life and could not be told of: before the calls are handed back, so that they come back as ended. What the domain heard of already changes nothing.
    /// </summary>
    private async Task ReplayAsync(DomainId domain, CancellationToken cancellationToken)
    {
        foreach (var end in _ends.Where(end => end.Domain == domain))
        {
            _services.Pass(CrashPoint.BeforeReplay);
            await SendUntilTakenAsync(domain, end.Command, cancellationToken);
            _services.Pass(CrashPoint.AfterReplay);
            _services.Counters.Add(SipGatewayCounter.EndsReplayed);
        }

        _replayed.TryAdd(domain, true);
    }

    /// <summary>What was replayed is in the store. What is of domains that nobody here reached so far is not, and is kept for this life and, since it cannot hurt, for the next.</summary>
    private void KeepEnds()
    {
        LegEnd[] kept = [.. _ends.Where(end => !_replayed.ContainsKey(end.Domain))];
        _services.Domains.KeptEnds = kept;
        if (kept.Length > 0)
        {
            TelephonyLog.JournalKept(_logger, kept.Length, kept[0].Domain.Value);
        }

        _services.Options.Journal?.Clear(kept);
    }

    private async Task<CommandReply> SendUntilTakenAsync(DomainId domain, Command command, CancellationToken cancellationToken)
    {
        CommandReply reply;
        while ((reply = await _host.SendAsync(domain, command, null, cancellationToken)).Code == ReplyCode.Unavailable)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(RepeatDelayMs), _services.Loop.Time, cancellationToken);
        }

        return reply;
    }
}
