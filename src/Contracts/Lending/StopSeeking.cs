using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Home to lender: the attempt is over, whatever you lent for it and I have not answered is free again.</summary>
/// <param name="Call">Whose.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Reason">For the lender's record: the caller left, was served at home, or the queue leads it on.</param>
public sealed record StopSeeking(CallId Call, int Attempt, string Reason) : PeerMessage(Call, Attempt);
