using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Telephony.Defence;
using Routing.Gateway.Telephony.Domains;
using Routing.Gateway.Telephony.Edge;
using Routing.Gateway.Telephony.Flows;
using Routing.Gateway.Telephony.Requests;
using Routing.Mailbox.Hosting;
using Routing.Sip.Auth;
using Routing.Sip.Loop;
using Routing.Sip.Rtp;
using Routing.Sip.Stack;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony;

/// <summary>
/// The SIP side of the gateway: listens, turns what happens on the wire into commands and effects into SIP. Calls, dialogs and media live on
/// one thread, the <see cref="SipLoop"/>'s. Start once, stop once.
/// </summary>
public sealed class SipGateway : IEventSink, IAsyncDisposable
{
    private const int NonceKeyBytes = 32;
    private const int RestoreDelayMs = 250;
    private static readonly TimeSpan s_refreshDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_refreshDelayLimit = TimeSpan.FromSeconds(16);

    private readonly SipGatewayOptions _options;
    private readonly IDomainHost _host;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly bool _ownsLoop;
    private readonly GatewayServices _services;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _leaseLost = new();
    private readonly List<IDisposable> _subscriptions = [];

    private readonly DomainJoins _joins;
    private readonly RequestRouter _router;
    private readonly CallRestorer _restorer;

    private readonly EarlyEffects _early;
    private readonly SipTimer _takeUpAgain;
    private bool _isListening;
    private bool _isLoopStarted;
    private volatile bool _isStopped;

    /// <param name="options">Settings.</param>
    /// <param name="host">Where the domains are.</param>
    /// <param name="logger">Faults and refusals that an operator should see.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="loop">A loop driven by the caller, for tests; null for one with a thread of its own.</param>
    public SipGateway(SipGatewayOptions options, IDomainHost host, ILogger<SipGateway> logger, TimeProvider time, SipLoop? loop = null)
    {
        _options = options;
        _host = host;
        _logger = logger;
        _time = time;
        LeaseLost = _leaseLost.Token;
        _ownsLoop = loop is null;
        loop ??= new SipLoop(time, null, exception => TelephonyLog.LoopFault(logger, exception));
        SipGatewayCounters counters = new();
        KeyedIds ids = new(options.Key.Span);
        DigestServer digest = new(options.Digest, NonceKey(options), NonceInstance(options), time);
        SourceGuard guard = new(options.Defence, Directory, logger, time);
        SipIdentifiers identifiers = new(RandomNumberGenerator.Fill);
        _services = new GatewayServices
        {
            Options = options,
            Loop = loop,
            Ids = ids,
            ClusterIds = options.Cluster is { } shared ? new KeyedIds(shared.Key.Span) : null,
            Directory = Directory,
            Domains = new DomainLink(loop, counters, options.Journal, options.AtCrashPoint),
            Media = new RtpHoldPlayer(options.Media, time, RandomNumber),
            Calls = new CallTable(),
            Flows = new FlowTable(options.Incarnation),
            Authenticator = new Authenticator(digest, guard, counters),
            Guard = guard,
            Responses = new ResponseWriter(options.Product, identifiers.NewTag),
            Readiness = new CallReadiness(host, time),
            Counters = counters,
            Audit = new DialogAudit(loop, options.AuditLimitPerSecond, TimeSpan.FromMinutes(options.AuditPeriodMinutes)),
        };
        if (options.Cluster is { Address: { } reached } cluster)
        {
            _services.Edge = new EdgeProxy(_services, reached, new FlowTokens(cluster.Key.Span, options.Gateway));
        }

        _services.Strays = new StrayResponses(_services);
        _services.Forgotten = new ForgottenInvites(_services);
        _router = new RequestRouter(_services);
        _restorer = new CallRestorer(_services);
        _early = new EarlyEffects(_services, TakeUp);
        _takeUpAgain = loop.CreateTimer(static state => ((SipGateway)state!).TakeUpCalls(), this);
        _joins = new DomainJoins(_services, host, logger, TakeUpAsync, _stopping.Token);
        _services.Stack = new SipStack(loop, _router, options.Stack with { Guard = guard, InviteAgeLimitMs = CallerLeg.ArrivalLimitMs }, RandomNumberGenerator.Fill);
        (_services.Domains.Handler, _services.Domains.HasCalls) = (OnEffect, _services.Calls.Has);
        Directory.Changed += _ => loop.TryPost(static state => ((SipGateway)state!).PlayWhatCame(), this);
        _services.Closed = new ClosedCalls(loop, _services.Domains, options.Gateway);
    }

    /// <summary>What domains told this gateway.</summary>
    public EdgeDirectory Directory { get; } = new();

    /// <summary>Cancelled when a domain gave this life of the gateway up, since nothing was heard of it. Nothing that domains say is carried out from then on: end it, and begin another with a higher incarnation.</summary>
    public CancellationToken LeaseLost { get; }

    /// <summary>Where it listens, ports as the system chose them. Once started.</summary>
    public IReadOnlyList<ISipTransport> Transports => _services.Stack.Transports;

    /// <summary>Opens the session with the domains, learns their configuration, and listens.</summary>
    /// <exception cref="SipBindException">An address is in use or not of this machine.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var transports = _options.Listen.Select(OpenTransport).ToList();
        await StartAsync(transports, cancellationToken);
    }

    /// <summary>The same with transports made by the caller, which the gateway then owns.</summary>
    public async Task StartAsync(IReadOnlyList<ISipTransport> transports, CancellationToken cancellationToken)
    {
        if (_ownsLoop)
        {
            _services.Loop.Start();
            _isLoopStarted = true;
        }

        _services.Media.Start();
        _services.Domains.Open(_host, _options.Gateway, _options.Incarnation, _options.Lease, OnLeaseLost);
        await _joins.BeginAsync(cancellationToken);
        foreach (var transport in transports)
        {
            _services.Stack.AddTransport(transport);
        }

        _services.Loop.TryPost(static state => ((SipGateway)state!).OnListening(), this);
    }

    /// <summary>What a domain that was just told of this gateway knows: the numbers and registrations that lead to it.</summary>
    private async Task TakeUpAsync(DomainId domain, CancellationToken cancellationToken)
    {
        var snapshot = await _host.SnapshotAsync(domain, cancellationToken);
        // The effects of the announcement were posted before its snapshot came back: they are all there. Its numbers are known after that, so that no call comes before those of the former life.
        _services.Loop.TryPost(_ => OnJoined(domain), null);
        Apply(domain, snapshot);
        lock (_subscriptions)
        {
            _subscriptions.Add(_host.SubscribeEvents(domain, snapshot.Sequence, this));
        }
    }

    /// <summary>The store was brought back from a copy: the configuration may be an older one.</summary>
    public void OnStartOver(DomainId domain) => _ = Task.Run(() => RefreshQuietlyAsync(domain));

    /// <summary>The live calls, for tests. SIP thread.</summary>
    internal IEnumerable<CallSession> Calls => _services.Calls.Calls;

    /// <summary>Counters and live objects; any thread.</summary>
    public SipGatewaySnapshot Snapshot()
    {
        var calls = _services.Calls;
        return new SipGatewaySnapshot
        {
            CallsLive = calls.Count,
            CallsOnHold = calls.OnHoldCount,
            CallsConnected = calls.ConnectedCount,
            DialogsLive = calls.LegCount,
            ConnectionsLive = _services.Stack.ConnectionCount,
            Sip = _services.Stack.Counters,
            Gateway = _services.Counters,
            Defence = _services.Guard.Snapshot(),
            FlowsNamed = _services.Flows.Count,
            Media = _services.Media.Snapshot(),
            Loop = _services.Loop.Snapshot(),
        };
    }

    /// <summary>Called by the host: a new configuration is fetched, everything else is for others.</summary>
    public void OnEvents(DomainId domain, TurnEvents turn)
    {
        if (turn.Events.Any(static e => e is EdgeConfigurationChanged))
        {
            _ = Task.Run(() => RefreshQuietlyAsync(domain));
        }
    }

    /// <summary>
    /// New calls and OPTIONS get 503 from now on, so that proxies and callers with a choice go to another gateway; registrations, and phones that other gateways ring through this one, are served on. Completes when no call is left,
    /// but not before those who ask had time to hear of it, nor after <paramref name="cut"/> or <see cref="SipGatewayOptions.DrainLimitSeconds"/>.
    /// </summary>
    public Task DrainAsync(TimeSpan notice, CancellationToken cut) => _options.DrainLimitSeconds == 0 ? Task.CompletedTask : new GatewayDrain(_services).RunAsync(notice, _time, cut);

    /// <summary>Takes no more calls, closes the listening points and ends the thread. Calls in progress are left to the next life of this gateway.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        _joins.End();
        await _stopping.CancelAsync();
        lock (_subscriptions)
        {
            _subscriptions.ForEach(static subscription => subscription.Dispose());
        }

        if (_ownsLoop)
        {
            TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            // A loop that was never started, because an address was in use, would not run it.
            if (_isLoopStarted && _services.Loop.TryPost(_ => End(ended), null))
            {
                await ended.Task;
            }

            _services.Loop.Dispose();
        }
        else
        {
            End(null);
        }

        _services.Media.Dispose();
        _options.Journal?.Dispose();
        _stopping.Dispose();
        _leaseLost.Dispose();
    }

    private void OnLeaseLost(DomainId domain)
    {
        TelephonyLog.LeaseLost(_logger, domain.Value);
        _leaseLost.Cancel();
    }

    private void End(TaskCompletionSource? ended)
    {
        try
        {
            _services.Domains.Dispose();
            _takeUpAgain.Stop();
            _services.Audit.Stop();
            _services.Closed.Stop();
            _services.Forgotten.Stop();
            foreach (var call in _services.Calls.Calls.ToList())
            {
                call.Abandon();
            }

            _services.Stack.Dispose();
        }
        finally
        {
            ended?.TrySetResult();
        }
    }

    private void OnListening()
    {
        _isListening = true;
        TakeUpCalls();
    }

    private void OnJoined(DomainId domain)
    {
        _early.Join(domain);
        if (_isListening)
        {
            TakeUpCalls();
        }
    }

    /// <summary>Takes up the calls of the former life: those of the domains that were joined at the start before any request is looked at, those of the others when they are joined.</summary>
    private void TakeUpCalls()
    {
        if (_early.TryTakeUp())
        {
            _router.Open();
        }
        else
        {
            _takeUpAgain.Start(TimeSpan.FromMilliseconds(RestoreDelayMs));
        }
    }

    private void TakeUp(DomainId domain, Effect effect)
    {
        if (effect is RestoreCall || _services.Calls.Find(effect.Call) is not null)
        {
            CarryOut(domain, effect);
        }
    }

    private void OnEffect(DomainId domain, Effect effect)
    {
        if (!_early.TryHold(domain, effect))
        {
            CarryOut(domain, effect);
        }
    }

    private void CarryOut(DomainId domain, Effect effect)
    {
        if (effect is RestoreCall restore)
        {
            _restorer.Restore(domain, restore);
            return;
        }

        if (_services.Calls.Find(effect.Call) is { } call && call.Domain == domain)
        {
            call.OnEffect(effect);
            return;
        }

        _services.Counters.Add(SipGatewayCounter.EffectsOrphaned);
        if (effect is RingCaller or AnswerCaller or PlayAnnouncement or OfferCall or ConnectCall)
        {
            // A call that could not be restored: the domain must not keep an agent for it.
            CallerLeft lost = new(effect.Call, CallerLeaveCause.Lost, "the gateway does not have the call");
            _services.Domains.Send(domain, lost, repeats: true, static _ => { });
        }
        else if (effect is ReleaseCall)
        {
            // Nothing is known of it, so nothing is left to say. Should the domain hand it back for what it owes, that was sent before this is told.
            _services.Closed.Add(domain, effect.Call);
        }
    }

    private void Apply(DomainId domain, DomainSnapshot snapshot)
    {
        if (snapshot.Edge is { Demo: true } && _options.RefusesDemo)
        {
            TelephonyLog.DemoRefused(_logger, domain.Value);
        }
        else if (snapshot.Edge is { } edge)
        {
            Directory.Apply(edge);
        }
    }

    /// <summary>Until it is read: the next change may be a long time away, and callers are judged and played announcements by it.</summary>
    private async Task RefreshQuietlyAsync(DomainId domain)
    {
        for (var delay = s_refreshDelay; !_stopping.IsCancellationRequested; delay = delay < s_refreshDelayLimit ? delay * 2 : delay)
        {
            try
            {
                Apply(domain, await _host.SnapshotAsync(domain, _stopping.Token));
                return;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                // The old configuration stays meanwhile; the operator sees why.
                TelephonyLog.ConfigurationNotRead(_logger, domain.Value, exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(delay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>An announcement may be played before its sound is here: the command that plays it and the word that the configuration changed come on different ways.</summary>
    private void PlayWhatCame()
    {
        foreach (var call in _services.Calls.Calls)
        {
            call.PlayWhatCame();
        }
    }

    private ISipTransport OpenTransport(ListenPoint point)
    {
        SipListenOptions options = new()
        {
            AdvertisedHost = point.AdvertisedHost,
            Guard = _services.Guard,
            Time = _time,
            ConnectionLimit = _options.ConnectionsLimit,
            ConnectionsPerSourceLimit = _options.ConnectionsPerSourceLimit,
        };
        return point.Kind switch
        {
            SipTransportKind.Udp => new UdpSipTransport(point.EndPoint, options),
            SipTransportKind.Tcp => new TcpSipTransport(point.EndPoint, _services.Loop, options),
            _ => throw new ArgumentException($"{point.Kind} cannot be listened on.", nameof(point)),
        };
    }

    /// <summary>One for the cluster: who answers another gateway's challenge is told that the nonce is stale, and not that the password is wrong.</summary>
    private static byte[] NonceKey(SipGatewayOptions options) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, (options.Cluster?.Key ?? options.Key).ToArray(), NonceKeyBytes, info: "digest nonces"u8.ToArray());

    /// <summary>Of this life of this gateway: the nonces of another are known to be the cluster's, but not how often they were used.</summary>
    private static uint NonceInstance(SipGatewayOptions options) => options.Cluster is null
        ? (uint)options.Incarnation
        : BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{options.Gateway.Value}\n{options.Incarnation}")));

    private static uint RandomNumber() => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
}
