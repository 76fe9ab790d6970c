using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Home to lender: the agent is not needed, or was recalled, and is free. Nothing of it is the agent's doing. The attempt goes on.</summary>
public sealed record LoanReturned(CallId Call, int Attempt, int Loan, string Reason) : PeerMessage(Call, Attempt);
