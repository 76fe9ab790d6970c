namespace Routing.Mailbox.Remote;

/// <summary>One life of a link to a silo: proofs on both sides, then what the silo owns, then frames until it breaks.</summary>
internal sealed class RemoteAttempt(RemoteConnection connection) : ILinkHandler
{
    private const long AddressesLimit = 1_000;

    private readonly byte[] _nonce = ClusterKey.NewNonce();
    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _early = [];
    private byte[] _challenge = [];
    private string _name = string.Empty;
    private ILinkChannel? _channel;
    private LinkRefusedException? _refused;
    private long _refusedNumber;
    private bool _isProved;
    private bool _isReady;
    private bool _isClosed;

    /// <summary>That both sides speak; 0 before the silo greeted.</summary>
    public long Version { get; private set; }

    public ILinkChannel? Channel => Volatile.Read(ref _channel);

    public ILinkChannel? Ready => Volatile.Read(ref _isReady) && !Volatile.Read(ref _isClosed) ? _channel : null;

    private string Address => connection.Silo.Address;

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

        if (Volatile.Read(ref _isClosed) || connection.IsEnded)
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
        bool wasProved;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            wasReady = _isReady;
            wasProved = _isProved;
            Volatile.Write(ref _isClosed, true);
        }

        if (wasReady)
        {
            connection.Host.OnLost(connection);
        }

        if (wasProved)
        {
            connection.Silos.Release(connection);
        }

        connection.Ended(this, _refused?.Message ?? reason, _refused?.Refusal ?? LinkRefusal.None, _refusedNumber);
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
            case LinkFrameKind.Refused:
                var refusal = (LinkRefusal)reader.Number();
                _refusedNumber = reader.Number();
                throw Refused(refusal, LinkWords.Of(refusal, _refusedNumber));
            case LinkFrameKind.Domains when _isProved:
                OnDomains(Announcement.Read(ref reader));
                break;
            case LinkFrameKind.Silos when _isProved:
                connection.Silos.Told(AddressesIn(ref reader));
                break;
            default:
                if (!_isReady)
                {
                    throw new LinkProtocolException($"The silo at {Address} sent {reader.Kind} before it said what it owns.");
                }

                connection.Host.OnFrame(connection, ref reader);
                break;
        }
    }

    private void OnDomains(Announcement announcement)
    {
        bool isNew = !_isReady;
        if (isNew)
        {
            connection.BecameReady(_name);
            Volatile.Write(ref _isReady, true);
        }

        connection.Host.OnDomains(connection, isNew, announcement);
    }

    private static string[] AddressesIn(ref FrameReader reader)
    {
        long count = reader.Number();
        if (count is < 0 or > AddressesLimit)
        {
            throw new LinkProtocolException($"{count} addresses of silos.");
        }

        string[] addresses = new string[count];
        for (int i = 0; i < count; i++)
        {
            addresses[i] = reader.Text();
        }

        return addresses;
    }

    private void Prove(ref FrameReader reader)
    {
        long least = reader.Number();
        _challenge = reader.Bytes().ToArray();

        // A silo of a release that spoke one version only says no highest one.
        long highest = reader.HasMore ? reader.Number() : least;
        Version = Math.Min(highest, LinkSession.Version);
        if (Version < Math.Max(least, LinkSession.LeastVersion))
        {
            throw Refused(LinkRefusal.Version, LinkWords.Of(LinkRefusal.Version, highest));
        }

        if (_challenge.Length != ClusterKey.NonceBytes)
        {
            throw new LinkProtocolException($"The silo at {Address} did not greet as silos do.");
        }

        RemoteHostOptions options = connection.Options;
        string instance = connection.Host.Instance;
        _channel!.Send(FrameWriter.Begin(LinkFrameKind.Hello).Number(Version).Text(options.Name).Bytes(_nonce)
            .Bytes(options.Key.Proof(LinkSession.ClientRole, ClusterKey.Identity(options.Name, instance), _challenge, _nonce)).Text(instance).Number(options.HighestLevel).Written);
    }

    private void Check(ref FrameReader reader)
    {
        string name = reader.Text();
        ReadOnlySpan<byte> proof = reader.Bytes();
        string instance = reader.Text();
        if (_challenge.Length == 0 || !connection.Options.Key.Proves(proof, LinkSession.SiloRole, ClusterKey.Identity(name, instance), _nonce, _challenge))
        {
            throw Refused(LinkRefusal.Key, "it does not know the cluster's key: give both processes the same file with --cluster-key.");
        }

        if (connection.Silos.Claim(connection, instance) is { } other)
        {
            throw Refused(LinkRefusal.SameSilo, $"it is the silo that is reached at {other} already; one of the two addresses is enough.");
        }

        lock (_gate)
        {
            _isProved = true;
        }

        _name = name;
        _channel!.Trust();
    }

    private LinkRefusedException Refused(LinkRefusal refusal, string words) => _refused = new LinkRefusedException(refusal, words);
}
