using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Home to lender: the agent's phone rings.</summary>
public sealed record LoanRinging(CallId Call, int Attempt, int Loan) : PeerMessage(Call, Attempt);
