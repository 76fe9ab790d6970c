using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Lender to home: the agent went away. Home withdraws the ring and says <see cref="LoanReturned"/>, unless what it said before crosses this.</summary>
public sealed record RecallAgent(CallId Call, int Attempt, int Loan) : PeerMessage(Call, Attempt);
