using System.Net;
using System.Runtime.InteropServices;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>
/// How many of the server transactions each source has, and whether it may have one more: while it has less than so many times what is free (dynamic thresholds, Choudhury and Hahne 1998).
/// So one source alone gets nearly everything, a few that flood get equal shares, and something stays free for whoever comes next. A source is an
/// IPv4 address, an IPv6 /64, or on loopback, where every program has the same address, a port. Belongs to the loop's thread.
/// </summary>
internal sealed class SourceShares(int limitTransactions)
{
    /// <summary>What begins something may take four fifths of all.</summary>
    private const int TimesFree = 4;

    /// <summary>What goes on (CANCEL, requests in dialogs) may take nine tenths, so that a flood of calls leaves its own BYEs room.</summary>
    private const int TimesFreeGoingOn = 9;

    private readonly Dictionary<(IPAddress Address, int Port), int> _counts = [];
    private int _total;

    public bool Admits(IPEndPoint source, bool isGoingOn)
    {
        _counts.TryGetValue(KeyOf(source), out int count);
        long free = limitTransactions - _total;
        return count < free * (isGoingOn ? TimesFreeGoingOn : TimesFree);
    }

    public void Add(IPEndPoint source)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, KeyOf(source), out _)++;
        _total++;
    }

    public void Remove(IPEndPoint source)
    {
        var key = KeyOf(source);
        _total--;
        ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, key);
        if (--count == 0)
        {
            _counts.Remove(key);
        }
    }

    private static (IPAddress Address, int Port) KeyOf(IPEndPoint source) =>
        (SourceAddress.Of(source.Address), IPAddress.IsLoopback(source.Address) ? source.Port : 0);
}
