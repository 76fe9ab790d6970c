using Routing.Contracts.Ids;

namespace Routing.Mailbox.Remote;

/// <summary>One link to a silo, made again for ever: dialling, proving, then carrying frames until it breaks.</summary>
internal sealed class RemoteConnection(
    RemoteHost host, RemoteSilo silo, string purpose, RemoteHostOptions options, ILinkDialer dialer, TimeProvider time, IMailboxLog log) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private Attempt? _attempt;
    private ITimer? _retry;
    private int _failures;

    /// <summary>Open and proved on both sides; null otherwise.</summary>
    public ILinkChannel? Channel => Volatile.Read(ref _attempt)?.Ready;

    public RemoteSilo Silo => silo;

    public string Address => silo.Address;

    private RemoteHost Host => host;

    private RemoteHostOptions Options => options;

    public void Dial()
    {
        Attempt attempt = new(this);
        lock (_gate)
        {
            if (_ended.IsCancellationRequested)
            {
                return;
            }

            _attempt = attempt;
        }

        _ = DialAsync(attempt);
    }

    public void Dispose()
    {
        ILinkChannel? channel;
        lock (_gate)
        {
            if (_ended.IsCancellationRequested)
            {
                return;
            }

            _ended.Cancel();
            channel = _attempt?.Channel;
            _retry?.Dispose();
        }

        channel?.Dispose();
        _ended.Dispose();
    }

    /// <summary>Never throws: what fails is tried again.</summary>
    private async Task DialAsync(Attempt attempt)
    {
        try
        {
            attempt.Opened(await dialer.DialAsync(silo.Address, attempt, _ended.Token).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            attempt.Channel?.Dispose();
            attempt.OnClosed(exception.Message);
        }
    }

    private void Ended(Attempt attempt, string reason, bool wasReady)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_attempt, attempt) || _ended.IsCancellationRequested)
            {
                return;
            }

            _failures = wasReady ? 1 : _failures + 1;
            if (_failures == 1)
            {
                log.LinkDown(silo.Address, purpose, reason);
            }

            int delayMs = Math.Min(options.RetryMinMs << Math.Min(_failures - 1, 10), options.RetryMaxMs);
            _retry?.Dispose();
            _retry = time.CreateTimer(_ => Dial(), null, TimeSpan.FromMilliseconds(delayMs), Timeout.InfiniteTimeSpan);
        }
    }

    private void Proved(string name)
    {
        lock (_gate)
        {
            _failures = 0;
        }

        log.LinkUp(silo.Address, purpose, name);
    }

    /// <summary>One life of the link.</summary>
    private sealed class Attempt(RemoteConnection connection) : ILinkHandler
    {
        private readonly byte[] _nonce = ClusterKey.NewNonce();
        private readonly Lock _gate = new();
        private readonly Queue<byte[]> _early = [];
        private byte[] _challenge = [];
        private ILinkChannel? _channel;
        private bool _isReady;
        private bool _hasDomains;
        private bool _isClosed;

        public ILinkChannel? Channel => Volatile.Read(ref _channel);

        public ILinkChannel? Ready => Volatile.Read(ref _isReady) && !Volatile.Read(ref _isClosed) ? _channel : null;

        /// <summary>The dialler returned. Frames may have come before.</summary>
        public void Opened(ILinkChannel channel)
        {
            lock (_gate)
            {
                _channel = channel;
                while (_early.TryDequeue(out byte[]? frame))
                {
                    Take(frame);
                }
            }

            if (Volatile.Read(ref _isClosed) || connection._ended.IsCancellationRequested)
            {
                channel.Dispose();
            }
        }

        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            lock (_gate)
            {
                if (_channel is null)
                {
                    _early.Enqueue(frame.ToArray());
                    return;
                }
            }

            Take(frame);
        }

        public void OnClosed(string reason)
        {
            bool wasReady;
            lock (_gate)
            {
                if (_isClosed)
                {
                    return;
                }

                wasReady = _isReady;
                Volatile.Write(ref _isClosed, true);
            }

            connection.Ended(this, reason, wasReady);
        }

        private void Take(ReadOnlySpan<byte> frame)
        {
            FrameReader reader = new(frame);
            switch (reader.Kind)
            {
                case LinkFrameKind.Challenge:
                    Prove(ref reader);
                    break;
                case LinkFrameKind.Welcome:
                    Check(ref reader);
                    break;
                case LinkFrameKind.Domains when _isReady:
                    connection.Host.OnDomains(connection, !_hasDomains, DomainsIn(ref reader));
                    _hasDomains = true;
                    break;
                default:
                    if (!_isReady)
                    {
                        throw new LinkProtocolException($"The silo at {connection.Address} sent {reader.Kind} before its proof.");
                    }

                    connection.Host.OnFrame(ref reader);
                    break;
            }
        }

        private static DomainId[] DomainsIn(ref FrameReader reader)
        {
            List<DomainId> domains = [];
            for (long count = reader.Number(); count > 0; count--)
            {
                domains.Add(DomainId.Of(reader.Text()));
            }

            return [.. domains];
        }

        private void Prove(ref FrameReader reader)
        {
            long version = reader.Number();
            _challenge = reader.Bytes().ToArray();
            if (version != LinkSession.Version || _challenge.Length != ClusterKey.NonceBytes)
            {
                throw new LinkProtocolException($"The silo at {connection.Address} speaks version {version} of the link, this process version {LinkSession.Version}.");
            }

            RemoteHostOptions options = connection.Options;
            _channel!.Send(FrameWriter.Begin(LinkFrameKind.Hello).Number(LinkSession.Version).Text(options.Name).Bytes(_nonce)
                .Bytes(options.Key.Proof(LinkSession.ClientRole, options.Name, _challenge, _nonce)).Written);
        }

        private void Check(ref FrameReader reader)
        {
            string name = reader.Text();
            if (_challenge.Length == 0 || !connection.Options.Key.Proves(reader.Bytes(), LinkSession.SiloRole, name, _nonce, _challenge))
            {
                throw new LinkProtocolException($"'{name}' at {connection.Address} does not know the cluster's key.");
            }

            _channel!.Trust();
            Volatile.Write(ref _isReady, true);
            connection.Proved(name);
        }
    }

}
