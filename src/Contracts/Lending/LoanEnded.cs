using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>Home to lender: the conversation is over, and the attempt with it.</summary>
/// <param name="Call">Whose.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Loan">Which loan.</param>
/// <param name="Result">How it went.</param>
/// <param name="Reason">Text for the record.</param>
public sealed record LoanEnded(CallId Call, int Attempt, int Loan, LoanResult Result, string? Reason) : PeerMessage(Call, Attempt);
