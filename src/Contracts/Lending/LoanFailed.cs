using Routing.Contracts.Commands;
using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Home to lender: the agent was rung and did not take the call. The lender's queue says what becomes of the agent; the attempt goes on.</summary>
/// <param name="Call">Whose.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Loan">Which loan.</param>
/// <param name="Failure">Which of the three policies applies.</param>
/// <param name="SipStatus">The final response, or 0 when there was none.</param>
/// <param name="Reason">Text for the record.</param>
public sealed record LoanFailed(CallId Call, int Attempt, int Loan, OfferFailure Failure, int SipStatus, string? Reason) : PeerMessage(Call, Attempt);
