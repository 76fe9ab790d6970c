using System.Diagnostics.CodeAnalysis;
using Routing.Contracts.Lending;

namespace Routing.Mailbox.Hosting;

/// <summary>What one domain says to another and is not acknowledged, in order. When one is not taken, it and all that were sent after it are sent again, together and a while later.</summary>
internal sealed class PeerStream
{
    /// <summary>Messages on their way.</summary>
    public const int WindowCount = 64;

    private readonly List<PeerEntry> _open = [];
    private int _sent;
    private int _round;
    private bool _isHeld;

    /// <summary>Everything up to it is done.</summary>
    public long Done { get; private set; }

    /// <summary>The oldest one that is not done: what lies before was acknowledged, or its outbox gave it up.</summary>
    public long FirstOpen => _open.Count == 0 ? Done + 1 : _open[0].Number;

    /// <summary>Takes the next message; false for one that is known.</summary>
    public bool Add(long number, PeerMessage message)
    {
        if (number <= (_open.Count == 0 ? Done : _open[^1].Number))
        {
            return false;
        }

        _open.Add(new PeerEntry(number, message));
        return true;
    }

    public bool TrySend([NotNullWhen(true)] out PeerEntry? entry)
    {
        entry = null;
        if (_isHeld || _sent == _open.Count || _sent == WindowCount)
        {
            return false;
        }

        entry = _open[_sent++];
        entry.Round = _round;
        return true;
    }

    /// <summary>It was not taken. True when nothing waits to be sent again yet.</summary>
    public bool Hold(PeerEntry entry, int round)
    {
        if (_isHeld || round != _round || entry.IsDone)
        {
            return false;
        }

        _isHeld = true;
        return true;
    }

    /// <summary>Sends again from the oldest one on.</summary>
    public bool Release()
    {
        if (!_isHeld)
        {
            return false;
        }

        _isHeld = false;
        _round++;
        _sent = 0;
        return true;
    }

    public void Finish(PeerEntry entry)
    {
        entry.IsDone = true;
        int count = 0;
        while (count < _open.Count && _open[count].IsDone)
        {
            Done = _open[count++].Number;
        }

        _open.RemoveRange(0, count);
        _sent = Math.Max(0, _sent - count);
    }
}
