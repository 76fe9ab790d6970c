namespace Routing.Gateway.Telephony;

/// <summary>The counters of one gateway; written on the SIP thread, read from any.</summary>
public sealed class SipGatewayCounters
{
    private readonly long[] _values = new long[Enum.GetValues<SipGatewayCounter>().Length];

    public long this[SipGatewayCounter counter] => Interlocked.Read(ref _values[(int)counter]);

    internal void Add(SipGatewayCounter counter) => Interlocked.Increment(ref _values[(int)counter]);
}
