using Routing.Contracts.Commands;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>
/// The commands of <see cref="LedgerMachine"/>. An entry is deliberately not idempotent: done twice, it stands in the ledger twice, and the test sees it.
/// The script says what else the turn does, separated by semicolons: "effect GATEWAY COUNT", "throw", "timer NAME DELAY-MS", "badtimer NAME DELAY-MS", "cold ID",
/// "expire ID MS", "rows COUNT", "quiet" (no event), "repair" (says that it put something right).
/// </summary>
public static class Ledger
{
    public static readonly DomainId Domain = DomainId.Of("books");

    /// <summary>A second one, for tests of several.</summary>
    public static readonly DomainId Other = DomainId.Of("other-books");

    public static Command Entry(string account, string entry, string script = "") =>
        new SetAgentState(AgentId.Of(account), AgentMode.Ready, script, entry);
}
