using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>
/// The only part of a lane that other threads touch: inputs, acknowledgements and requests go in, the lane takes them all at once. Bounded. It also knows
/// every input that was not answered yet, oldest first, so that waiting can be ended by another thread while the lane hangs in a commit.
/// </summary>
internal sealed class LaneInbox(TimeProvider time, LaneOptions options, IMailboxLog log, IPartitionObserver? observer = null)
{
    private readonly object _gate = new();
    private readonly Dictionary<(DomainId Domain, GatewayId Gateway), long> _acknowledgements = [];
    private List<object> _posted = [];
    private LaneInput? _oldest;
    private LaneInput? _newest;
    private string? _refusal;
    private int _unanswered;
    private long _refused;
    private bool _sleeping;
    private bool _closed;
    private bool _woken;

    public int Unanswered => Volatile.Read(ref _unanswered);

    public long Refused => Interlocked.Read(ref _refused);

    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>While set, new inputs are refused at once with this reason.</summary>
    public string? Refusal
    {
        get => Volatile.Read(ref _refusal);
        set
        {
            bool wasRefusing = Interlocked.Exchange(ref _refusal, value) is not null;
            if (wasRefusing != value is not null)
            {
                observer?.OnRefusing();
            }
        }
    }

    /// <summary>Takes an input, or answers it Unavailable at once.</summary>
    public void Post(LaneInput input)
    {
        string? refusal;
        lock (_gate)
        {
            refusal = _closed ? "The host is shutting down."
                : _refusal ?? (_unanswered >= options.QueueLimitInputs ? "Too many inputs are waiting." : null);
            if (refusal is null)
            {
                input.PostedTimestamp = time.GetTimestamp();
                Link(input);
                _posted.Add(input);
                Wake();
                return;
            }
        }

        Refuse(input, refusal);
    }

    /// <summary>Work for the lane's thread, run between commits. Refused (false) after closing.</summary>
    public bool Post(Action work)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            _posted.Add(work);
            Wake();
            return true;
        }
    }

    /// <summary>Notes an acknowledgement. Wakes nobody: it is stored with the next commit.</summary>
    public void Acknowledge(DomainId domain, GatewayId gateway, long sequence)
    {
        lock (_gate)
        {
            if (!_acknowledgements.TryGetValue((domain, gateway), out long known) || known < sequence)
            {
                _acknowledgements[(domain, gateway)] = sequence;
            }
        }
    }

    /// <summary>Moves everything posted to the lane. Returns the list for the next call.</summary>
    public void Take(ref List<object> posted, Action<DomainId, GatewayId, long> acknowledge)
    {
        lock (_gate)
        {
            (posted, _posted) = (_posted, posted);
            foreach (((DomainId domain, GatewayId gateway), long sequence) in _acknowledgements)
            {
                acknowledge(domain, gateway, sequence);
            }

            _acknowledgements.Clear();
        }
    }

    /// <summary>Answers an input and stops counting it.</summary>
    public void Answer(LaneInput input, CommandReply reply)
    {
        lock (_gate)
        {
            Unlink(input);
        }

        input.Answer(reply, log);
    }

    public void Refuse(LaneInput input, string reason)
    {
        Interlocked.Increment(ref _refused);
        Answer(input, new CommandReply(ReplyCode.Unavailable, reason));
    }

    /// <summary>The domain is not here, or no more: certainly not done, and whoever owns it now will do it.</summary>
    public void AnswerElsewhere(LaneInput input)
    {
        lock (_gate)
        {
            Unlink(input);
        }

        input.AnswerElsewhere(log);
    }

    /// <summary>Refuses every input that waited longer than a time, oldest first. From any thread.</summary>
    public void RefuseOlderThan(TimeSpan age, string reason)
    {
        while (TakeOlderThan(age) is { } input)
        {
            Interlocked.Increment(ref _refused);
            Answer(input, new CommandReply(ReplyCode.Unavailable, reason) { MayHaveHappened = true });
        }
    }

    /// <summary>Takes nothing more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Wake();
        }
    }

    /// <summary>Blocks until something is posted or the time is up.</summary>
    public void Wait(int milliseconds)
    {
        lock (_gate)
        {
            if (_posted.Count == 0 && !_closed && !_woken)
            {
                _sleeping = true;
                Monitor.Wait(_gate, milliseconds);
                _sleeping = false;
            }

            _woken = false;
        }
    }

    private LaneInput? TakeOlderThan(TimeSpan age)
    {
        lock (_gate)
        {
            if (_oldest is { } input && time.GetElapsedTime(input.PostedTimestamp) >= age)
            {
                Unlink(input);
                return input;
            }

            return null;
        }
    }

    private void Wake()
    {
        _woken = true;
        if (_sleeping)
        {
            Monitor.Pulse(_gate);
        }
    }

    private void Link(LaneInput input)
    {
        input.IsLinked = true;
        input.Previous = _newest;
        if (_newest is null)
        {
            _oldest = input;
        }
        else
        {
            _newest.Next = input;
        }

        _newest = input;
        _unanswered++;
    }

    private void Unlink(LaneInput input)
    {
        if (!input.IsLinked)
        {
            return;
        }

        input.IsLinked = false;
        _unanswered--;
        if (input.Previous is null)
        {
            _oldest = input.Next;
        }
        else
        {
            input.Previous.Next = input.Next;
        }

        if (input.Next is null)
        {
            _newest = input.Previous;
        }
        else
        {
            input.Next.Previous = input.Previous;
        }

        input.Previous = null;
        input.Next = null;
    }
}
