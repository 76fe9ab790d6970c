using System.Net;
using System.Threading.Channels;
using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Tests.Transport;

/// <summary>
/// Lets everything in and tells the test of each read of a connection. A read is announced before it is looked at, and a connection reads
/// one after the other: the next announcement proves that the former read has been dealt with.
/// </summary>
internal sealed class ReadWatch : ISipGuard
{
    private readonly Channel<IPEndPoint> _reads = Channel.CreateUnbounded<IPEndPoint>();

    public async Task NextFromAsync(EndPoint? source)
    {
        using CancellationTokenSource patience = new(Wire.PatienceMilliseconds);
        while (!(await _reads.Reader.ReadAsync(patience.Token)).Equals(source))
        {
        }
    }

    /// <summary>Forgets the reads announced so far.</summary>
    public void Forget()
    {
        while (_reads.Reader.TryRead(out _))
        {
        }
    }

    public bool AdmitsBytes(IPEndPoint source) => _reads.Writer.TryWrite(source);

    public bool AdmitsConnection(IPEndPoint source) => true;

    public SipGuardVerdict Judge(SipRequest request, SipFlow flow) => SipGuardVerdict.Pass;

    public bool AdmitsRefusal(SipFlow flow) => true;
}
