using Routing.Sip.Messages;

namespace Routing.Sip.Transactions;

/// <summary>
/// What two requests have in common that reached us on two ways after a fork (RFC 3261 §8.2.2.2). Only requests outside a dialog have one.
/// </summary>
internal readonly record struct MergeKey(string CallId, string? FromTag, int CSeqNumber, string Method)
{
    public static MergeKey? Of(SipRequest request) => request.To.Tag is null
        ? new MergeKey(request.CallId, request.From.Tag, request.CSeq.Number, request.Method)
        : null;
}
