using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Grains.Customer;

/// <summary>Call to customer: your call ended so. The agent is null when nobody answered; the one before is then remembered on.</summary>
internal sealed record RememberOutcome(AgentId? Agent, CallOutcome Outcome) : GrainMessage;
