using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Home to lender: the agent answered and has the caller.</summary>
public sealed record LoanAnswered(CallId Call, int Attempt, int Loan) : PeerMessage(Call, Attempt);
