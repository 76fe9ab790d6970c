using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>
/// Lender to home, now and then while a call of its waits here or talks to an agent of mine: does that count with you? Answered by <see cref="SeekStands"/>, by <see cref="StopSeeking"/>, or by
/// <see cref="LoanEnded"/>. So an agent is not reserved for ever by a message that was lost.
/// </summary>
/// <param name="Call">Whose.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Loan">The loan that was answered; 0: the call waits.</param>
public sealed record CheckGuest(CallId Call, int Attempt, int Loan) : PeerMessage(Call, Attempt);
