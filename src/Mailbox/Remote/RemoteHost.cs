using System.Globalization;
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
    private readonly RemoteHostOptions _options;
    private readonly TimeProvider _time;
    private readonly IMailboxLog _log;
    private readonly RemoteSilo[] _silos;
    private readonly SenderId _self;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<DomainId, RemoteSilo> _owners = [];
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
        _reads = new RemoteReads(_gate, domain => _owners.GetValueOrDefault(domain)?.Reading.Channel, time, _log);
        _silos = [.. options.Silos.Select(silo => new RemoteSilo(this, silo, options, dialer, time, _log))];
    }

    public IReadOnlyList<DomainId> Domains
    {
        get
        {
            lock (_gate)
            {
                return [.. _owners.Keys];
            }
        }
    }

    /// <summary>Starts to reach the silos.</summary>
    public void Start()
    {
        TimeSpan period = TimeSpan.FromMilliseconds(_options.TickMs);
        _tick = _time.CreateTimer(_ => Tick(), null, period, period);
        Array.ForEach(_silos, silo => silo.Start());
    }

    /// <summary>Completes once an owner of some domain is reached.</summary>
    public Task WaitUntilReachedAsync(CancellationToken cancellationToken) => _reached.Task.WaitAsync(cancellationToken);

    public IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink)
    {
        RemoteGatewaySession session = new(this, gateway, incarnation, sink, _log);
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
            foreach (RemoteSilo silo in _silos)
            {
                Attach(session, silo.Delivery?.Channel);
            }
        }

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
        await _reads.AskAsync(
            domain, LinkQuestion.Events, maxTurnsCount.ToString(CultureInfo.InvariantCulture), afterSequence, LinkJson.Default.TurnEventsArray, cancellationToken)
            .ConfigureAwait(false) ?? [];

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
        lock (_gate)
        {
            string? reason = _owners.Count == 0 ? "No silo was reached yet." : null;
            foreach ((DomainId domain, RemoteSilo owner) in _owners)
            {
                reason ??= owner.Delivery.Channel is null ? $"The silo that owns domain '{domain}' cannot be reached." : null;
            }

            return new HostStatus { Ready = reason is null, NotReadyReason = reason, Lanes = [] };
        }
    }

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

        Array.ForEach(_silos, silo => silo.Dispose());
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
            foreach (RemoteSilo silo in _silos)
            {
                silo.Delivery?.Channel?.Send(FrameWriter.Begin(LinkFrameKind.Detach).Text(session.Gateway.Value).Written);
            }
        }

    }

    /// <summary>A link is open, or its silo owns others than before: who waits for these domains goes on there.</summary>
    internal void OnDomains(RemoteConnection connection, bool isNew, IReadOnlyList<DomainId> domains)
    {
        RemoteSilo silo = connection.Silo;
        if (isNew && !ReferenceEquals(connection, silo.Reading))
        {
            RemoteGatewaySession[] sessions;
            lock (_gate)
            {
                sessions = [.. _sessions.Values];
            }

            // Outside of the lock: it may let out what waits.
            Array.ForEach(sessions, session => session.Forget());
        }

        lock (_gate)
        {
            bool isReading = ReferenceEquals(connection, silo.Reading);
            DomainId[] moved = [.. domains.Where(domain => _owners.GetValueOrDefault(domain) != silo)];
            foreach (DomainId domain in domains)
            {
                _owners[domain] = silo;
            }

            if (silo.Reading.Channel is { } reading)
            {
                _reads.AskAgain([.. isNew && isReading ? domains : moved], reading);
            }

            if (silo.Delivery.Channel is { } delivery)
            {
                Resume(delivery, isNew && !isReading, [.. isNew && !isReading ? domains : moved]);
            }
        }

        if (domains.Count > 0)
        {
            _reached.TrySetResult();
        }
    }

    /// <summary>On the link's thread.</summary>
    internal void OnFrame(ref FrameReader reader)
    {
        switch (reader.Kind)
        {
            case LinkFrameKind.Turn:
                OnTurn(ref reader);
                break;
            case LinkFrameKind.Reply or LinkFrameKind.Effect:
                Dictionary<RemoteGatewaySession, TurnDelivery> turns = [];
                Part(ref reader, turns);
                Deliver(turns);
                break;
            case LinkFrameKind.Answer:
                _reads.OnAnswer(ref reader);
                break;
            case LinkFrameKind.Events:
                _reads.OnEvents(reader.Number(), reader.Json(ContractsJson.Default.TurnEvents));
                break;
            default:
                throw new LinkProtocolException($"A silo does not send {reader.Kind}.");
        }
    }

    private void Resume(ILinkChannel delivery, bool isNew, HashSet<DomainId> domains)
    {
        if (isNew)
        {
            foreach (RemoteGatewaySession session in _sessions.Values)
            {
                Attach(session, delivery);
            }
        }

        foreach (RemotePipeline pipeline in _pipelines.Values)
        {
            if (domains.Contains(pipeline.Domain))
            {
                pipeline.Repeat(delivery);
            }
        }
    }

    private static void Attach(RemoteGatewaySession session, ILinkChannel? channel) =>
        channel?.Send(FrameWriter.Begin(LinkFrameKind.Attach).Text(session.Gateway.Value).Number(session.Incarnation).Written);

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

    private ILinkChannel? ChannelOf(DomainId domain) => _owners.GetValueOrDefault(domain)?.Delivery.Channel;

    private void OnTurn(ref FrameReader reader)
    {
        Dictionary<RemoteGatewaySession, TurnDelivery> turns = [];
        for (long count = reader.Number(); count > 0; count--)
        {
            FrameReader part = new(reader.Bytes());
            Part(ref part, turns);
        }

        Deliver(turns);
    }

    /// <summary>A reply or an effect: noted now, delivered with what belongs to the same turn.</summary>
    private void Part(ref FrameReader reader, Dictionary<RemoteGatewaySession, TurnDelivery> turns)
    {
        if (reader.Kind == LinkFrameKind.Effect)
        {
            GatewayId gateway = GatewayId.Of(reader.Text());
            EffectEnvelope envelope = new(DomainId.Of(reader.Text()), reader.Number(), reader.Number(), reader.Json(ContractsJson.Default.Effect));
            if (Session(gateway) is { } session)
            {
                TurnOf(session, turns).Effects.Add(envelope);
            }

            return;
        }

        DomainId domain = DomainId.Of(reader.Text());
        SenderId sender = SenderId.Of(reader.Text());
        long incarnation = reader.Number();
        long sequence = reader.Number();
        List<(RemoteInput Input, CommandReply Reply)> answers = [];
        CommandReply reply = ReadReply(ref reader);
        RemoteGatewaySession? receiver;
        lock (_gate)
        {
            _pipelines.GetValueOrDefault((sender, domain))?.OnReply(incarnation, sequence, reply, ChannelOf(domain), answers);
            receiver = SessionOf(sender);
        }

        Tell(receiver, answers, turns);
    }

    private void Tell(RemoteGatewaySession? receiver, List<(RemoteInput Input, CommandReply Reply)> answers, Dictionary<RemoteGatewaySession, TurnDelivery> turns)
    {
        if (receiver is null)
        {
            answers.ForEach(answer => answer.Input.Answer(answer.Reply, _log));
        }
        else if (answers.Count > 0)
        {
            TurnOf(receiver, turns).Answers.AddRange(answers);
        }
    }

    private static CommandReply ReadReply(ref FrameReader reader)
    {
        ReadOnlySpan<byte> json = reader.Bytes();
        return json.IsEmpty
            ? CommandReply.Ok
            : JsonSerializer.Deserialize(json, ContractsJson.Default.CommandReply) ?? throw new LinkProtocolException("A reply without content.");
    }

    private static TurnDelivery TurnOf(RemoteGatewaySession session, Dictionary<RemoteGatewaySession, TurnDelivery> turns)
    {
        if (!turns.TryGetValue(session, out TurnDelivery? turn))
        {
            turns.Add(session, turn = new TurnDelivery());
        }

        return turn;
    }

    private static void Deliver(Dictionary<RemoteGatewaySession, TurnDelivery> turns)
    {
        foreach ((RemoteGatewaySession session, TurnDelivery turn) in turns)
        {
            session.Deliver(turn);
        }
    }

    private RemoteGatewaySession? Session(GatewayId gateway)
    {
        lock (_gate)
        {
            return _sessions.GetValueOrDefault(gateway);
        }
    }

    private RemoteGatewaySession? SessionOf(SenderId sender) =>
        sender == _self ? null : _sessions.GetValueOrDefault(GatewayId.Of(sender.Value));

    private void Tick()
    {
        Dictionary<RemoteGatewaySession, TurnDelivery> turns = [];
        RemoteGatewaySession[] sessions;
        List<(RemoteGatewaySession? Session, List<(RemoteInput Input, CommandReply Reply)> Answers)> told = [];
        lock (_gate)
        {
            foreach (RemotePipeline pipeline in _pipelines.Values)
            {
                List<(RemoteInput Input, CommandReply Reply)> answers = [];
                pipeline.Tick(ChannelOf(pipeline.Domain), answers);
                told.Add((SessionOf(pipeline.Sender), answers));
            }

            sessions = [.. _sessions.Values];
        }

        told.ForEach(one => Tell(one.Session, one.Answers, turns));
        Deliver(turns);
        Array.ForEach(sessions, session => session.Retry());
    }
}
