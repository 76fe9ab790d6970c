using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>
/// The silo's side of one connection. Until the client has proved that it knows the cluster's key, nothing but its greeting is read. When the connection ends, so do its gateways'
/// sessions and subscriptions; inputs that were taken run, and the client asks again for what they came to.
/// </summary>
internal sealed class LinkSession : ILinkHandler, IDisposable
{
    /// <summary>
    /// Of the protocol, the highest and the lowest that this program speaks: the client takes the highest that both do. Frames may grow at their ends without a new one (<see cref="LinkFrameKind"/>). A version
    /// stays for one release at least after the next one came, so that gateways and silos can be exchanged one at a time, in any order.
    /// </summary>
    public const int Version = 3;

    public const int LeastVersion = 2;

    /// <summary>The first one in which <see cref="LinkFrameKind.Unknown"/> is sent.</summary>
    public const int UnknownVersion = 3;

    public const string SiloRole = "silo";
    public const string ClientRole = "client";

    private readonly LinkSilo _silo;
    private readonly LocalHost _host;
    private readonly ILinkChannel _channel;
    private readonly LinkTurns _turns;
    private readonly LinkAnswers _answers;
    private readonly byte[] _nonce = ClusterKey.NewNonce();
    private readonly Dictionary<GatewayId, IGatewaySession> _gateways = [];
    private readonly Dictionary<long, IDisposable> _subscriptions = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Lock _telling = new();
    private readonly CancellationToken _endedToken;
    private string? _client;
    private bool _isRefused;
    private bool _isEnded;
    private int _unanswered;

    public LinkSession(LinkSilo silo, ILinkChannel channel)
    {
        _silo = silo;
        _host = silo.Host;
        _channel = channel;
        _turns = new LinkTurns(channel);
        _answers = new LinkAnswers(channel);
        _endedToken = _ended.Token;
    }

    /// <summary>Told once, when the connection has ended.</summary>
    public Action<LinkSession>? Ended { get; init; }

    public string Peer => _channel.Peer;

    public int SilentMs => _channel.SilentMs;

    public int QueuedBytes => _channel.QueuedBytes;

    /// <summary>Inputs that a domain here took over this connection and has not answered.</summary>
    public int UnansweredInputs => Volatile.Read(ref _unanswered);

    /// <summary>The client has proved who it is.</summary>
    public bool IsLetIn => Volatile.Read(ref _client) is not null && !_isRefused;

    /// <summary>What the client calls itself; null before it has proved who it is.</summary>
    public string? ClientName => Volatile.Read(ref _client);

    /// <summary>The highest format level that the client knows.</summary>
    public int Level { get; private set; } = FormatLevel.First;

    /// <summary>Greets.</summary>
    public void Start() => _channel.Send(FrameWriter.Begin(LinkFrameKind.Challenge).Number(LeastVersion).Bytes(_nonce).Number(Version).Written);

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (_isRefused)
        {
            return;
        }

        FrameReader reader = new(frame);
        if (_client is null)
        {
            Greet(ref reader);
            return;
        }

        switch (reader.Kind)
        {
            case LinkFrameKind.Input:
                Input(ref reader);
                break;
            case LinkFrameKind.Acknowledge:
                Acknowledge(ref reader);
                break;
            case LinkFrameKind.Attach:
                Attach(GatewayId.Of(reader.Text()), reader.Number());
                break;
            case LinkFrameKind.Detach:
                Detach(GatewayId.Of(reader.Text()));
                break;
            case LinkFrameKind.Ask:
                Ask(ref reader);
                break;
            case LinkFrameKind.Subscribe:
                Subscribe(reader.Number(), DomainId.Of(reader.Text()), reader.Number());
                break;
            case LinkFrameKind.Unknown:
                PutAside(GatewayId.Of(reader.Text()), DomainId.Of(reader.Text()), reader.Number(), reader.Bytes());
                break;
            case LinkFrameKind.Unsubscribe:
                Unsubscribe(reader.Number());
                break;
            default:
                throw new LinkProtocolException($"A client does not send {reader.Kind}.");
        }
    }

    public void OnClosed(string reason)
    {
        IGatewaySession[] gateways;
        IDisposable[] subscriptions;
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            _host.DomainsChanged -= TellDomains;
            _silo.AddressesChanged -= TellSilos;
            gateways = [.. _gateways.Values];
            subscriptions = [.. _subscriptions.Values];
        }

        _ended.Cancel();
        _ended.Dispose();
        Array.ForEach(gateways, gateway => gateway.Dispose());
        Array.ForEach(subscriptions, subscription => subscription.Dispose());
        if (_client is not null)
        {
            _silo.Clients.Leave(_client, this);
        }

        Ended?.Invoke(this);
    }

    public void Dispose()
    {
        _channel.Dispose();
        OnClosed("The silo ends.");
    }

    private void Greet(ref FrameReader reader)
    {
        if (reader.Kind != LinkFrameKind.Hello)
        {
            Refuse(LinkRefusal.Protocol, "it did not greet as gateways do.", 0);
            return;
        }

        long version = reader.Number();
        if (version is < LeastVersion or > Version)
        {
            Refuse(LinkRefusal.Version, $"it speaks version {version} of the link, this silo {LinkWords.Versions}: install the same release on both.", Version);
            return;
        }

        string client = reader.Text();
        ReadOnlySpan<byte> nonce = reader.Bytes();
        ReadOnlySpan<byte> proof = reader.Bytes();
        string instance = reader.Text();
        Level = reader.HasMore ? (int)reader.Number() : FormatLevel.First;
        if (nonce.Length != ClusterKey.NonceBytes || !_silo.Key.Proves(proof, ClientRole, ClusterKey.Identity(client, instance), _nonce, nonce))
        {
            Refuse(LinkRefusal.Key, "it does not know the cluster's key: give both processes the same file with --cluster-key.", 0);
            return;
        }

        if (Level < _host.Level)
        {
            RefuseLevel();
            return;
        }

        _channel.Trust();
        _channel.Send(FrameWriter.Begin(LinkFrameKind.Welcome).Text(_silo.Name)
            .Bytes(_silo.Key.Proof(SiloRole, ClusterKey.Identity(_silo.Name, _silo.Instance), nonce, _nonce)).Text(_silo.Instance).Written);
        if (_silo.Clients.Admit(client, instance, this) is { } holder)
        {
            Refuse(LinkRefusal.NameTaken, $"gateway '{client}' is connected already, from {holder.Peer}: give each gateway a --name of its own.", holder.ForMs);
            return;
        }

        lock (_gate)
        {
            _client = client;
            if (_isEnded)
            {
                _silo.Clients.Leave(client, this);
                return;
            }

            _host.DomainsChanged += TellDomains;
            _silo.AddressesChanged += TellSilos;
        }

        if (Level < _host.Level)
        {
            // It rose after it was looked at, and whoever refuses those that are let in may have looked before this one was.
            RefuseLevel();
            return;
        }

        TellSilos();
        TellDomains();
    }

    /// <summary>The level in force rose above what the client knows: what it would be sent it could misunderstand.</summary>
    public void RefuseLevel() => Refuse(
        LinkRefusal.Level, $"it knows format level {Level}, and the cluster writes level {_host.Level}: install the release of the silos.", _host.Level);

    private void Refuse(LinkRefusal refusal, string reason, long number)
    {
        _isRefused = true;
        _silo.Refusals.Tell(refusal, _channel.Peer, reason);
        _channel.Send(FrameWriter.Begin(LinkFrameKind.Refused).Number((long)refusal).Number(number).Written);
        _channel.End();
    }

    /// <summary>One at a time, so that the frame that is sent last tells the latest.</summary>
    private void TellDomains()
    {
        lock (_telling)
        {
            IReadOnlyList<ServedDomain> served = _host.Served;
            FrameWriter frame = FrameWriter.Begin(LinkFrameKind.Domains).Text(_host.History).Number(served.Count);
            foreach (ServedDomain one in served)
            {
                frame.Text(one.Domain.Value).Number(one.Epoch);
            }

            frame.Number(served.Count(static one => one.IsRefused));
            foreach (ServedDomain one in served)
            {
                if (one.IsRefused)
                {
                    frame.Text(one.Domain.Value);
                }
            }

            _channel.Send(frame.Written);
        }
    }

    private void TellSilos()
    {
        lock (_telling)
        {
            IReadOnlyList<string> addresses = _silo.Addresses;
            FrameWriter frame = FrameWriter.Begin(LinkFrameKind.Silos).Number(addresses.Count);
            foreach (string address in addresses)
            {
                frame.Text(address);
            }

            _channel.Send(frame.Written);
        }
    }

    private void Input(ref FrameReader reader)
    {
        DomainId domain = DomainId.Of(reader.Text());
        SenderId sender = SenderId.Of(reader.Text());
        long incarnation = reader.Number();
        long sequence = reader.Number();
        string key = reader.Text();
        Command command = ForeignJson.ReadCommand(reader.Bytes());
        if (!_host.Owns(domain))
        {
            // It moved a moment ago: the sender keeps the input until the next owner answers it. That it is not here any more was said before, or is said next.
            return;
        }

        LaneInput input = null!;
        input = new LaneInput(domain, sender, incarnation, command, reply =>
        {
            Interlocked.Decrement(ref _unanswered);

            // One that left before it was looked at is as if it had not been sent here.
            if (!input.IsElsewhere)
            {
                Reply(domain, sender, incarnation, sequence, reply);
            }
        })
        {
            Sequence = sequence,
            IdempotencyKey = key.Length == 0 ? null : key,
        };
        Interlocked.Increment(ref _unanswered);
        _host.Post(input);
    }

    private void Reply(DomainId domain, SenderId sender, long incarnation, long sequence, CommandReply reply)
    {
        FrameWriter frame = FrameWriter.Begin(LinkFrameKind.Reply).Text(domain.Value).Text(sender.Value).Number(incarnation).Number(sequence);
        frame = reply == CommandReply.Ok ? frame.Bytes([]) : frame.Json(reply, ContractsJson.Default.CommandReply);
        if (!_turns.Send(frame.Written))
        {
            // The client repeats what has no answer, over a new connection.
            _channel.Dispose();
        }
    }

    private void Acknowledge(ref FrameReader reader)
    {
        GatewayId gateway = GatewayId.Of(reader.Text());
        DomainId domain = DomainId.Of(reader.Text());
        long sequence = reader.Number();
        IGatewaySession? session;
        lock (_gate)
        {
            _gateways.TryGetValue(gateway, out session);
        }

        session?.Acknowledge(domain, sequence);
    }

    /// <summary>The gateway goes on without it; what it was stays with the domain.</summary>
    private void PutAside(GatewayId gateway, DomainId domain, long sequence, ReadOnlySpan<byte> effect) => _host.Post(new LaneInput(
        domain,
        SenderId.Of("host"),
        0,
        new UnknownCommand(effect.ToArray(), $"Effect {sequence} is not known to the release of gateway '{gateway}', and was not done.", DeadLetterKind.Effect),
        static _ => { }));

    private void Attach(GatewayId gateway, long incarnation)
    {
        Detach(gateway);
        IGatewaySession session;
        try
        {
            session = _host.OpenGateway(gateway, incarnation, new LinkEffectSink(gateway, _turns));
        }
        catch (ArgumentException error)
        {
            _host.Log.SessionPassedOver(gateway, Peer, error.Message);

            // A newer life of it has its session here: the older one hears nothing any more. The link goes on, others share it (silos carry one session a domain).
            return;
        }

        lock (_gate)
        {
            if (!_isEnded)
            {
                _gateways[gateway] = session;
                return;
            }
        }

        session.Dispose();
    }

    private void Detach(GatewayId gateway)
    {
        IGatewaySession? session;
        lock (_gate)
        {
            _gateways.Remove(gateway, out session);
        }

        session?.Dispose();
    }

    private void Subscribe(long number, DomainId domain, long afterSequence)
    {
        IDisposable subscription;
        try
        {
            subscription = _host.SubscribeEvents(domain, afterSequence, new LinkEventSink(number, _channel));
        }
        catch (KeyNotFoundException)
        {
            // It moved a moment ago: the list of domains, which says so, is on its way.
            return;
        }

        lock (_gate)
        {
            if (!_isEnded)
            {
                _subscriptions[number] = subscription;
                return;
            }
        }

        subscription.Dispose();
    }

    private void Unsubscribe(long number)
    {
        IDisposable? subscription;
        lock (_gate)
        {
            _subscriptions.Remove(number, out subscription);
        }

        subscription?.Dispose();
    }

    private void Ask(ref FrameReader reader)
    {
        long request = reader.Number();
        DomainId domain = DomainId.Of(reader.Text());
        var question = (LinkQuestion)reader.Number();
        string text = reader.Text();
        long number = reader.Number();
        _ = AnswerAsync(request, domain, question, text, number);
    }

    /// <summary>Never throws: the answer says what went wrong.</summary>
    private async Task AnswerAsync(long request, DomainId domain, LinkQuestion question, string text, long number)
    {
        try
        {
            CancellationToken ended = _endedToken;
            switch (question)
            {
                case LinkQuestion.Snapshot:
                    Found(request, await _host.SnapshotAsync(domain, ended).ConfigureAwait(false), ContractsJson.Default.DomainSnapshot);
                    break;
                case LinkQuestion.Explain:
                    Contracts.Explanations.Question asked = JsonSerializer.Deserialize(text, ContractsJson.Default.Question)
                        ?? throw new LinkProtocolException("An empty question.");
                    Found(request, await _host.ExplainAsync(domain, asked, ended).ConfigureAwait(false), ContractsJson.Default.Explanation);
                    break;
                case LinkQuestion.Events:
                    int limit = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
                    IReadOnlyList<TurnEvents> events = await _host.ReadEventsAsync(domain, number, limit, ended).ConfigureAwait(false);
                    Found(request, [.. events], LinkJson.Default.TurnEventsArray);
                    break;
                case LinkQuestion.Call:
                    Found(request, await _host.ReadCallAsync(domain, CallId.Of(text), ended).ConfigureAwait(false), ContractsJson.Default.CallDetail);
                    break;
                case LinkQuestion.EndedCalls:
                    var calls = await _host.ReadEndedCallsAsync(domain, (int)number, ended).ConfigureAwait(false);
                    Found(request, [.. calls], LinkJson.Default.CallViewArray);
                    break;
                case LinkQuestion.Customer:
                    Found(request, await _host.ReadCustomerAsync(domain, CustomerId.Of(text), ended).ConfigureAwait(false), ContractsJson.Default.CustomerView);
                    break;
                case LinkQuestion.Configuration:
                    Found(request, await _host.ReadConfigurationAsync(domain, number < 0 ? null : number, ended).ConfigureAwait(false), LinkJson.Default.ConfigurationDetail);
                    break;
                default:
                    throw new LinkProtocolException($"Question {question} is not known here.");
            }
        }
        catch (KeyNotFoundException)
        {
            _answers.Add(() => _channel.Send(FrameWriter.Begin(LinkFrameKind.Answer).Number(request).Number((long)LinkAnswer.NoDomain).Text(string.Empty).Written));
        }
        catch (Exception exception)
        {
            _answers.Add(() => _channel.Send(FrameWriter.Begin(LinkFrameKind.Answer).Number(request).Number((long)LinkAnswer.Failed).Text(exception.Message).Written));
        }
    }

    private void Found<T>(long request, T? value, JsonTypeInfo<T> type)
        where T : class => _answers.Add(() =>
    {
        FrameWriter frame = FrameWriter.Begin(LinkFrameKind.Answer).Number(request).Number((long)LinkAnswer.Found);
        _channel.Send((value is null ? frame.Bytes([]) : frame.Json(value, type)).Written);
    });
}
