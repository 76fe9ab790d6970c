namespace Routing.Sip.Rtp;

/// <summary>
/// The even ports of a range, handed out one a call and taken back: the odd port above each stays free for RTCP (RFC 3550 §11).
/// Ports are reused as late as possible, so that late packets of an ended call do not reach the next. Thread-safe.
/// <para>The range should lie outside the system's ephemeral ports (<see cref="EphemeralOverlap"/>), or any outgoing connection of the
/// machine could hold a port that a restarted gateway must bind again.</para>
/// </summary>
public sealed class RtpPortRange
{
    private const string EphemeralRangeFile = "/proc/sys/net/ipv4/ip_local_port_range";

    private readonly Lock _gate = new();
    private readonly Queue<int> _free;
    private readonly HashSet<int> _used = [];

    /// <param name="firstPort">First port, even, 1,024 or more.</param>
    /// <param name="lastPort">Last port, above the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not such a range.</exception>
    public RtpPortRange(int firstPort, int lastPort)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstPort, 1_024);
        ArgumentOutOfRangeException.ThrowIfNotEqual(firstPort % 2, 0);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lastPort, firstPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lastPort, ushort.MaxValue);
        FirstPort = firstPort;
        LastPort = lastPort;
        _free = new Queue<int>();
        for (int port = firstPort; port < lastPort; port += 2)
        {
            _free.Enqueue(port);
        }
    }

    /// <summary>First port of the range.</summary>
    public int FirstPort { get; }

    /// <summary>Last port of the range.</summary>
    public int LastPort { get; }

    /// <summary>Ports handed out now.</summary>
    public int UsedCount
    {
        get
        {
            lock (_gate)
            {
                return _used.Count;
            }
        }
    }

    /// <summary>Ports free now.</summary>
    public int FreeCount
    {
        get
        {
            lock (_gate)
            {
                return _free.Count;
            }
        }
    }

    /// <summary>Takes the port that has been free the longest.</summary>
    public bool TryTake(out int port)
    {
        lock (_gate)
        {
            if (!_free.TryDequeue(out port))
            {
                return false;
            }

            _used.Add(port);
            return true;
        }
    }

    /// <summary>Takes one particular port, as a gateway does after a restart for a call that had it. False when it is not free or not of the range.</summary>
    public bool TryTake(int port)
    {
        lock (_gate)
        {
            if (_used.Contains(port) || !_free.Contains(port))
            {
                return false;
            }

            for (int i = _free.Count; i > 0; i--)
            {
                int candidate = _free.Dequeue();
                if (candidate != port)
                {
                    _free.Enqueue(candidate);
                }
            }

            return _used.Add(port);
        }
    }

    /// <summary>Gives a port back; it goes to the end of the line.</summary>
    /// <exception cref="InvalidOperationException">The port was not handed out: it would be used twice.</exception>
    public void Return(int port)
    {
        lock (_gate)
        {
            if (!_used.Remove(port))
            {
                throw new InvalidOperationException($"RTP port {port} was given back but is not in use.");
            }

            _free.Enqueue(port);
        }
    }

    /// <summary>
    /// Describes, in one line for the user, how the range overlaps the system's ephemeral ports; null when it does not, or when the
    /// system does not tell its range (other than Linux).
    /// </summary>
    public string? EphemeralOverlap()
    {
        if (!File.Exists(EphemeralRangeFile))
        {
            return null;
        }

        string[] bounds = File.ReadAllText(EphemeralRangeFile).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (bounds.Length != 2 || !int.TryParse(bounds[0], out int low) || !int.TryParse(bounds[1], out int high)
            || LastPort < low || FirstPort > high)
        {
            return null;
        }

        return $"RTP ports {FirstPort}-{LastPort} overlap the system's ephemeral ports {low}-{high} (net.ipv4.ip_local_port_range): "
            + "another program may hold a port that a call needs after a restart.";
    }
}
