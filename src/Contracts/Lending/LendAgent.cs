using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Lending;

/// <summary>
/// Lender to home: this agent is reserved for the call, ring them. Home says what became of it, by exactly one of <see cref="LoanAnswered"/>, <see cref="LoanFailed"/>,
/// <see cref="LoanReturned"/> and <see cref="StopSeeking"/>.
/// </summary>
public sealed record LendAgent(CallId Call, int Attempt) : PeerMessage(Call, Attempt)
{
    /// <summary>Number of the loan within the attempt, from 1.</summary>
    public required int Loan { get; init; }

    /// <summary>The agent, by the lender's name.</summary>
    public required AgentId Agent { get; init; }

    public required string Name { get; init; }

    public required string SipUser { get; init; }

    /// <summary>Where the agent can be rung, newest first.</summary>
    public required IReadOnlyList<PhoneBinding> Targets { get; init; }

    /// <summary>How long it may ring, milliseconds: that of the lender's queue.</summary>
    public required int RingTimeoutMs { get; init; }

    /// <summary>
    /// For how long the agent is not to be rung for this call again when they do not take it, milliseconds: that of the lender's queue. Home keeps it over all attempts and says it with the next one
    /// (<see cref="SeekAgent.CoolOffs"/>). 0: of a former release, or the queue has none.
    /// </summary>
    public int CoolOffMs { get; init; }

    /// <summary>Unix milliseconds. Later home may neither ring the agent nor let them ring: soon after it the lender believes home to be gone.</summary>
    public required long UntilMs { get; init; }
}
