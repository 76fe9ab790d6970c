using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Lender to home: nobody will be lent for this attempt (any more), and nobody is. The call goes on waiting at home.</summary>
/// <param name="Call">Whose.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Reason">One of <see cref="RefusalReason"/>.</param>
public sealed record SeekRefused(CallId Call, int Attempt, string Reason) : PeerMessage(Call, Attempt);
