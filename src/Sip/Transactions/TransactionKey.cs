using System.Globalization;
using Routing.Sip.Messages;

namespace Routing.Sip.Transactions;

/// <summary>
/// What a request or response is matched to its transaction by: the branch with the sent-by of the top Via for servers (RFC 3261 §17.2.3),
/// the branch alone for clients (§17.1.3), and the method, where ACK counts as INVITE.
/// </summary>
internal readonly record struct TransactionKey(string Branch, string SentBy, string Method)
{
    public static TransactionKey ForClient(string branch, string method) => new(branch, "", method);

    /// <summary>The key of a request's own transaction; for CANCEL and ACK see <see cref="WithMethod"/>.</summary>
    public static TransactionKey ForServer(SipRequest request)
    {
        Via via = request.Via;
        string method = request.IsAck ? SipMethod.Invite : request.Method;
        string sentBy = via.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{via.Host}:{port}") : via.Host;
        return via.Branch is { } branch && branch.StartsWith(Via.BranchMagicCookie, StringComparison.OrdinalIgnoreCase)
            ? new TransactionKey(branch, sentBy.ToLowerInvariant(), method)
            : new TransactionKey(Rfc2543Branch(request), sentBy.ToLowerInvariant(), method);
    }

    /// <summary>The same transaction's key for another method: CANCEL finds its INVITE so.</summary>
    public TransactionKey WithMethod(string method) => this with { Method = method };

    /// <summary>
    /// Stands in for the branch of elements older than RFC 3261: what §17.2.3 compares for them, without the To tag, so that an ACK
    /// (whose To has our tag) and a CANCEL are matched as well.
    /// </summary>
    private static string Rfc2543Branch(SipRequest request) => string.Join(
        '\n', "rfc2543", request.CallId, request.CSeq.Number.ToString(CultureInfo.InvariantCulture), request.From.Tag, request.RequestUri, request.Via.Branch);
}
