using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>
/// The last answers that were given without keeping a transaction, so that a repeat of the request gets the same one, byte for byte (RFC 3261 §8.2.7), and the
/// user is not asked again: two challenges to one request would confuse a phone, and a wrong password that UDP brings twice is one guess.
/// <para>Bounded, whatever arrives: a flood pushes the oldest out, and their repeats are new requests.</para>
/// </summary>
/// <param name="time">Clock of the answers' timestamps.</param>
/// <param name="keptFor">64·T1: for so long a request may be repeated.</param>
/// <param name="limitAnswers">Most answers kept; at least one.</param>
internal sealed class ForgottenAnswers(TimeProvider time, TimeSpan keptFor, int limitAnswers)
{
    private readonly Dictionary<TransactionKey, Answer> _answers = [];
    private readonly Queue<(TransactionKey Key, Answer Answer)> _order = new();

    public void Keep(TransactionKey key, Answer answer)
    {
        while (_order.Count >= limitAnswers)
        {
            (TransactionKey oldest, Answer former) = _order.Dequeue();
            if (_answers.TryGetValue(oldest, out Answer? known) && ReferenceEquals(known, former))
            {
                _answers.Remove(oldest);
            }
        }

        _answers[key] = answer;
        _order.Enqueue((key, answer));
    }

    /// <summary>
    /// What the request was answered with; null when that is not known, or was for somebody elsewhere, or is too long ago, or for another request
    /// with the same branch, which phones that know no better send after a challenge.
    /// </summary>
    public Answer? Find(TransactionKey key, int cseq, SipFlow from) =>
        _answers.TryGetValue(key, out Answer? answer) && answer.CSeq == cseq && answer.From.Equals(from) && time.GetElapsedTime(answer.Timestamp) < keptFor
            ? answer
            : null;

    /// <param name="CSeq">Number of the request.</param>
    /// <param name="From">Where the request came from.</param>
    /// <param name="To">Where the answer went.</param>
    /// <param name="Status">Status of the answer.</param>
    /// <param name="Bytes">The answer as it was sent.</param>
    /// <param name="Timestamp">When.</param>
    internal sealed record Answer(int CSeq, SipFlow From, SipFlow To, int Status, byte[] Bytes, long Timestamp);
}
