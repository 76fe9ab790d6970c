using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>
/// The hosting seam over links: a gateway's process that owns no domain reaches those of all silos of the cluster. Inputs are kept until answered and follow a domain to its next owner,
/// effects and events go on where they stopped. Replies and effects are delivered on the links' threads.
/// </summary>
public sealed class RemoteHost : IDomainHost, IDisposable
{
    private const int InstanceBytes = 8;

    private readonly RemoteHostOptions _options;
    private readonly TimeProvider _time;
    private readonly IMailboxLog _log;
    private readonly RemoteSilos _silos;
    private readonly SenderId _self;
    private readonly Lock _gate = new();
    private readonly RemoteOwners _owners = new();
    private readonly RemoteOwners _readable = new();
    private readonly Dictionary<(SenderId Sender, DomainId Domain), RemotePipeline> _pipelines = [];
    private readonly Dictionary<GatewayId, RemoteGatewaySession> _sessions = [];
    private readonly RemoteReads _reads;
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _tick;
    private bool _disposed;

    /// <param name="options">Who this is and where silos are.</param>
    /// <param name="dialer">Opens links.</param>
    /// <param name="time">Timers and waiting times.</param>
    /// <param name="log">Told of links that break; silent when null.</param>
    public RemoteHost(RemoteHostOptions options, ILinkDialer dialer, TimeProvider time, IMailboxLog? log = null)
    {
        _options = options;
        _time = time;
        _log = log ?? SilentMailboxLog.Instance;
        _self = SenderId.Of("front-" + options.Name);
        _reads = new RemoteReads(_gate, domain => _readable.Of(domain)?.Channel, time, _log);
        _silos = new RemoteSilos(_gate, options.Silos, options.OwnAddress, address => new RemoteSilo(this, _silos!, address, options, dialer, time, _log));
    }

    public event Action? DomainsAdded;

    public IReadOnlyList<DomainId> Domains
    {
        get
        {
            lock (_gate)
            {
                return [.. _owners.Domains];
            }
        }
    }

    internal RemoteHostOptions Options => _options;

    /// <summary>Of this life of the process: silos tell by it that two of one name are two.</summary>
    internal string Instance { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(InstanceBytes));

    /// <summary>The highest epoch of a domain that was heard of; 0 when none was.</summary>
    internal long EpochOf(DomainId domain)
    {
        lock (_gate)
        {
            return _owners.EpochOf(domain);
        }
    }

    /// <summary>Why nobody who has a domain is reached, in words; null when somebody is.</summary>
    internal string? WhyUnreached(DomainId domain) => Locked(() => RemoteReasons.Unreached(domain, _owners, _silos.All));

    /// <summary>Starts to reach the silos.</summary>
    public void Start()
    {
        TimeSpan period = TimeSpan.FromMilliseconds(_options.TickMs);
        _tick = _time.CreateTimer(_ => Tick(), null, period, period);
        _silos.Start();
    }

    /// <summary>Where all silos are: those that are gone are forgotten.</summary>
    internal void TellSilos(IReadOnlyList<string> addresses) => _silos.Told(addresses);

    /// <summary>Completes once an owner of some domain is reached, and each silo that is known either was reached or could not be.</summary>
    public Task WaitUntilReachedAsync(CancellationToken cancellationToken) => _reached.Task.WaitAsync(cancellationToken);

    public IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink)
    {
        RemoteGatewaySession session = new(this, gateway, incarnation, sink, _log);
        List<(RemoteInput Input, CommandReply Reply)> answers = [];
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_sessions.TryGetValue(gateway, out RemoteGatewaySession? former))
            {
                if (former.Incarnation > incarnation)
                {
                    throw new ArgumentException($"Gateway '{gateway}' has a newer incarnation ({former.Incarnation}).", nameof(incarnation));
                }

                former.End();
            }

            _sessions[gateway] = session;
            ForgetFormer(session, answers);
            foreach (RemoteSilo silo in _silos.All)
            {
                session.Attach(silo.Delivery.Channel);
            }
        }

        answers.ForEach(answer => answer.Input.Answer(answer.Reply, _log));
        return session;
    }

    public Task<CommandReply> SendAsync(DomainId domain, Command command, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<CommandReply>(cancellationToken);
        }

        TaskCompletionSource<CommandReply> replied = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(_self, _options.Incarnation, domain, new RemoteInput(command, idempotencyKey, reply => replied.TrySetResult(reply), _time.GetTimestamp()));
        return cancellationToken.CanBeCanceled ? replied.Task.WaitAsync(cancellationToken) : replied.Task;
    }

    public async Task<DomainSnapshot> SnapshotAsync(DomainId domain, CancellationToken cancellationToken) =>
        await _reads.AskAsync(domain, LinkQuestion.Snapshot, string.Empty, 0, ContractsJson.Default.DomainSnapshot, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Domain '{domain}' gave no snapshot.");

    public Task<Explanation?> ExplainAsync(DomainId domain, Question question, CancellationToken cancellationToken) => _reads.AskAsync(
        domain, LinkQuestion.Explain, JsonSerializer.Serialize(question, ContractsJson.Default.Question), 0, ContractsJson.Default.Explanation, cancellationToken);

    public IDisposable SubscribeEvents(DomainId domain, long afterSequence, IEventSink sink) => _reads.Subscribe(domain, afterSequence, sink);

    public async Task<IReadOnlyList<TurnEvents>> ReadEventsAsync(DomainId domain, long afterSequence, int maxTurnsCount, CancellationToken cancellationToken) =>
        await _reads.AskAsync(domain, LinkQuestion.Events, maxTurnsCount.ToString(CultureInfo.InvariantCulture), afterSequence, LinkJson.Default.TurnEventsArray, cancellationToken).ConfigureAwait(false) ?? [];

    public Task<CallDetail?> ReadCallAsync(DomainId domain, CallId call, CancellationToken cancellationToken) =>
        _reads.AskAsync(domain, LinkQuestion.Call, call.Value, 0, ContractsJson.Default.CallDetail, cancellationToken);

    public async Task<IReadOnlyList<CallView>> ReadEndedCallsAsync(DomainId domain, int maxCallsCount, CancellationToken cancellationToken) =>
        await _reads.AskAsync(domain, LinkQuestion.EndedCalls, string.Empty, maxCallsCount, LinkJson.Default.CallViewArray, cancellationToken).ConfigureAwait(false) ?? [];

    public Task<CustomerView?> ReadCustomerAsync(DomainId domain, CustomerId customer, CancellationToken cancellationToken) =>
        _reads.AskAsync(domain, LinkQuestion.Customer, customer.Value, 0, ContractsJson.Default.CustomerView, cancellationToken);

    public Task<ConfigurationDetail?> ReadConfigurationAsync(DomainId domain, long? version, CancellationToken cancellationToken) =>
        _reads.AskAsync(domain, LinkQuestion.Configuration, string.Empty, version ?? -1, LinkJson.Default.ConfigurationDetail, cancellationToken);

    public HostStatus Status()
    {
        string? reason = _silos.NameTaken is { } taken ? $"A silo refuses gateway '{_options.Name}': {taken}" : null;
        return Locked(() => RemoteFigures.Status(reason, _silos.All, _owners));
    }

    /// <summary>How the links to the silos are now.</summary>
    public LinksStatus Links() => Locked(() => RemoteFigures.Links(_silos.All, _pipelines.Values, _owners));

    public void Dispose()
    {
        List<(RemoteInput Input, CommandReply Reply)> answers = [];
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _tick?.Dispose();
            foreach (RemotePipeline pipeline in _pipelines.Values)
            {
                pipeline.Close(answers);
            }
        }

        _silos.Dispose();
        answers.ForEach(answer => answer.Input.Answer(answer.Reply, _log));
        _reads.Dispose();
    }

    internal void Send(RemoteGatewaySession session, DomainId domain, Command command, Action<CommandReply> onReply) =>
        Send(session.Sender, session.Incarnation, domain, new RemoteInput(command, null, onReply, _time.GetTimestamp()));

    internal void Acknowledge(GatewayId gateway, DomainId domain, long sequence)
    {
        lock (_gate)
        {
            ChannelOf(domain)?.Send(FrameWriter.Begin(LinkFrameKind.Acknowledge).Text(gateway.Value).Text(domain.Value).Number(sequence).Written);
        }
    }

    internal void CloseSession(RemoteGatewaySession session)
    {
        session.End();
        lock (_gate)
        {
            if (!_sessions.TryGetValue(session.Gateway, out RemoteGatewaySession? current) || !ReferenceEquals(current, session))
            {
                return;
            }

            _sessions.Remove(session.Gateway);
            foreach (RemoteSilo silo in _silos.All)
            {
                silo.Delivery.Channel?.Send(FrameWriter.Begin(LinkFrameKind.Detach).Text(session.Gateway.Value).Written);
            }
        }
    }

    /// <summary>A link is open, or its silo owns others than before: who waits for these domains goes on there.</summary>
    internal void OnDomains(RemoteConnection connection, bool isNew, Announcement announcement)
    {
        if (ReferenceEquals(connection, connection.Silo.Reading))
        {
            ReadOn(connection, isNew, announcement);
        }
        else if (DeliverOn(connection, isNew, announcement) > 0)
        {
            DomainsAdded?.Invoke();
        }

        OnTried();
    }

    /// <summary>A silo was reached, or could not be.</summary>
    internal void OnTried()
    {
        lock (_gate)
        {
            if (_owners.Domains.Count == 0 || !_silos.All.All(silo => silo.Delivery.WasTried))
            {
                return;
            }
        }

        _reached.TrySetResult();
    }

    /// <summary>A link that was used is no more.</summary>
    internal void OnLost(RemoteConnection connection)
    {
        lock (_gate)
        {
            List<DomainId> changed = [];
            if (ReferenceEquals(connection, connection.Silo.Reading))
            {
                _readable.Withdraw(connection, changed);
                _reads.AskAgain([.. changed]);
            }
            else
            {
                _owners.Withdraw(connection, changed);
                Repeat(changed);
            }
        }
    }

    /// <summary>On the link's thread.</summary>
    internal void OnFrame(RemoteConnection connection, ref FrameReader reader)
    {
        switch (reader.Kind)
        {
            case LinkFrameKind.Turn or LinkFrameKind.Reply or LinkFrameKind.Effect:
                List<RemoteNews> news = [];
                RemoteNews.Read(ref reader, news);
                RemoteUnknowns.Tell(connection, news, _log);
                OnNews(connection, news);
                break;
            case LinkFrameKind.Answer:
                _reads.OnAnswer(ref reader);
                break;
            case LinkFrameKind.Events:
                _reads.OnEvents(reader.Number(), reader.TurnEvents());
                break;
            default:
                throw new LinkProtocolException($"A silo does not send {reader.Kind}.");
        }
    }

    private void ReadOn(RemoteConnection connection, bool isNew, Announcement announcement)
    {
        List<DomainId> changed = [];
        bool startsOver;
        lock (_gate)
        {
            startsOver = _readable.Announce(connection, isNew, announcement, changed);
        }

        if (startsOver)
        {
            // Outside of the lock: subscribers are told.
            _reads.StartOver();
        }

        lock (_gate)
        {
            _reads.AskAgain(startsOver ? [.. _readable.Domains] : [.. changed]);
        }
    }

    /// <summary>Returns how many domains were not known before.</summary>
    private int DeliverOn(RemoteConnection connection, bool isNew, Announcement announcement)
    {
        RemoteGatewaySession[] sessions;
        int known;
        lock (_gate)
        {
            List<DomainId> changed = [];
            known = -_owners.Domains.Count;
            bool startsOver = _owners.Announce(connection, isNew, announcement, changed);
            known += _owners.Domains.Count;
            sessions = [.. _sessions.Values];
            foreach (RemoteGatewaySession session in sessions)
            {
                if (startsOver)
                {
                    session.AddStartOver([.. _owners.Domains]);
                }
                else
                {
                    session.AddForget(changed);
                }

                if (isNew)
                {
                    session.Attach(connection.Channel);
                }
            }

            if (startsOver)
            {
                foreach (RemotePipeline pipeline in _pipelines.Values)
                {
                    pipeline.StartOver();
                }
            }

            Repeat(changed);
        }

        Array.ForEach(sessions, session => session.Run());
        return known;
    }

    private void Repeat(List<DomainId> domains)
    {
        foreach (RemotePipeline pipeline in _pipelines.Values)
        {
            if (domains.Contains(pipeline.Domain))
            {
                pipeline.Repeat(ChannelOf(pipeline.Domain));
            }
        }
    }

    /// <summary>Numbers of a former life: the domains have perhaps heard of another one between the two, and take none of them any more.</summary>
    private void ForgetFormer(RemoteGatewaySession session, List<(RemoteInput Input, CommandReply Reply)> answers)
    {
        foreach (((SenderId Sender, DomainId Domain) key, RemotePipeline pipeline) in _pipelines.ToArray())
        {
            if (key.Sender == session.Sender && pipeline.Life < session.Incarnation)
            {
                pipeline.Close(answers);
                _pipelines.Remove(key);
            }
        }
    }

    private void Send(SenderId sender, long incarnation, DomainId domain, RemoteInput input)
    {
        string? refusal = null;
        lock (_gate)
        {
            if (_disposed)
            {
                refusal = "The gateway's process ends.";
            }
            else
            {
                if (!_pipelines.TryGetValue((sender, domain), out RemotePipeline? pipeline))
                {
                    _pipelines.Add((sender, domain), pipeline = new RemotePipeline(domain, sender, incarnation, _options, _time));
                }

                refusal = pipeline.Add(input, ChannelOf(domain)) ? null : "Too many inputs are waiting for this domain.";
            }
        }

        if (refusal is not null)
        {
            input.Answer(new CommandReply(ReplyCode.Unavailable, refusal), _log);
        }
    }

    private ILinkChannel? ChannelOf(DomainId domain) => _owners.Of(domain)?.Channel;

    /// <summary>
    /// Replies and effects of one turn: decided and put into their order under the lock, let out in one piece after it. What comes from a silo that owns the domain no more is passed over, but
    /// for replies that say what was committed: the next owner knows the same, and sends the effects again.
    /// </summary>
    private void OnNews(RemoteConnection connection, List<RemoteNews> news)
    {
        RemoteDeliveries turns = new();
        List<(RemoteInput Input, CommandReply Reply)> own = [];
        lock (_gate)
        {
            foreach (RemoteNews one in news)
            {
                if (one.Effect is { } effect)
                {
                    if (effect.Epoch >= _owners.EpochOf(effect.Domain) && _sessions.GetValueOrDefault(one.Gateway) is { } session)
                    {
                        turns.Of(session).Effects.Add(effect);
                    }
                }
                else if (one.Reply!.Code != ReplyCode.Unavailable || _owners.Of(one.Domain) == connection)
                {
                    List<(RemoteInput Input, CommandReply Reply)> answers = [];
                    _pipelines.GetValueOrDefault((one.Sender, one.Domain))?.OnReply(one.Incarnation, one.Sequence, one.Reply, ChannelOf(one.Domain), answers);
                    Sort(one.Sender, answers, turns, own);
                }
            }

            turns.Add();
        }

        LetOut(turns.Sessions, own);
    }

    private void Sort(
        SenderId sender,
        List<(RemoteInput Input, CommandReply Reply)> answers,
        RemoteDeliveries turns,
        List<(RemoteInput Input, CommandReply Reply)> own)
    {
        if (SessionOf(sender) is not { } session)
        {
            own.AddRange(answers);
        }
        else if (answers.Count > 0)
        {
            turns.Of(session).Answers.AddRange(answers);
        }
    }

    private void LetOut(IEnumerable<RemoteGatewaySession> sessions, List<(RemoteInput Input, CommandReply Reply)> own)
    {
        foreach (RemoteGatewaySession session in sessions)
        {
            session.Run();
        }

        own.ForEach(answer => answer.Input.Answer(answer.Reply, _log));
    }

    private RemoteGatewaySession? SessionOf(SenderId sender) =>
        sender == _self ? null : _sessions.GetValueOrDefault(GatewayId.Of(sender.Value));

    private void Tick()
    {
        RemoteDeliveries turns = new();
        List<(RemoteInput Input, CommandReply Reply)> own = [];
        RemoteGatewaySession[] sessions;
        lock (_gate)
        {
            foreach (RemotePipeline pipeline in _pipelines.Values)
            {
                List<(RemoteInput Input, CommandReply Reply)> answers = [];
                pipeline.Tick(ChannelOf(pipeline.Domain), answers);
                Sort(pipeline.Sender, answers, turns, own);
            }

            turns.Add();
            sessions = [.. _sessions.Values];
            Array.ForEach(sessions, session => session.AddRetry());
        }

        LetOut(sessions, own);
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
