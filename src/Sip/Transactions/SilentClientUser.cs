using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>The user of requests whose outcome changes nothing.</summary>
internal sealed class SilentClientUser : ISipClientUser
{
    public static SilentClientUser Instance { get; } = new();

    public void OnResponse(SipClientTransaction transaction, SipResponse response, SipFlow flow)
    {
        // By definition.
    }

    public void OnFailure(SipClientTransaction transaction, SipTransactionFailure failure)
    {
        // By definition; the counters have it.
    }
}
