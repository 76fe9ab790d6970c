using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Routing.Gateway.Api.Configuration;
using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Api;

/// <summary>Every operation as OpenAPI describes it.</summary>
internal static class ApiText
{
    public static readonly ApiOperation Domains = new(
        "listDomains", "Domain", "Domains that the key may see", "A key belongs to one domain.", typeof(DomainsModel));

    public static readonly ApiOperation Summary = new(
        "getSummary", "Domain", "The domain in figures", "Counters since the domain exists, and how many agents are in each state.", typeof(SummaryModel));

    public static readonly ApiOperation Agents = new(
        "listAgents", "Agents", "Agents", "In order of id.", typeof(AgentPage)) { Query = ["state", "after", "limit"], Problems = [400] };

    public static readonly ApiOperation Agent = new(
        "getAgent", "Agents", "One agent", "State, phones, skills and counters.", typeof(AgentModel)) { Problems = [404] };

    public static readonly ApiOperation SetAgentState = new(
        "setAgentState",
        "Agents",
        "Set an agent's state",
        "Answered after the commit, with the agent as it is then. Ready ends wrap-up; anything but ready withdraws a ringing offer, and the call keeps its place; "
        + "a conversation goes on and the state counts after it. With an Idempotency-Key a repeat within 24 hours gets the stored outcome. Needs the role supervisor or admin.",
        typeof(AgentModel)) { Body = typeof(SetStateModel), Problems = [400, 404, 409, 413, 415, 422] };

    public static readonly ApiOperation Queues = new(
        "listQueues", "Queues", "Queues", "In order of id, with what is in them now and their counters.", typeof(QueuePage)) { Query = ["after", "limit"], Problems = [400] };

    public static readonly ApiOperation Queue = new(
        "getQueue", "Queues", "One queue", "What is in it now and its counters.", typeof(QueueModel)) { Problems = [404] };

    public static readonly ApiOperation Calls = new(
        "listCalls",
        "Calls",
        "Calls",
        "Live calls in order of arrival, with state, wait so far, place in line and agent. With state=ended the 1,000 that ended last, also those of former runs; older ones can be read by id for 30 days.",
        typeof(CallPage)) { Query = ["state", "queue", "agent", "after", "limit"], Problems = [400] };

    public static readonly ApiOperation Call = new(
        "getCall",
        "Calls",
        "One call with all that happened to it",
        "Live or ended: timeline, stays in queues, and for each offer why that agent, as stored with the decision.",
        typeof(CallDetailModel)) { Problems = [404] };

    public static readonly ApiOperation CallExplanation = new(
        "explainCall",
        "Calls",
        "Why a call is still waiting",
        "Answered by the domain now: its place in line, what an agent must have, how many have it and why each group of them does not take it, and what happens next by itself. "
        + "For programs 'reason' is one stable word; 'text' and 'details' are for people. Lists are cut, counts are not. 503 when the domain does not answer within 2 s.",
        typeof(CallExplanationModel)) { Problems = [404] };

    public static readonly ApiOperation AgentExplanation = new(
        "explainAgent",
        "Agents",
        "Why an agent is idle",
        "Answered by the domain now: what the agent does since when and what brought it about, the queues that they may serve, and for the calls that wait why they do not get one. "
        + "For programs 'reason' is one stable word; 'text' and 'details' are for people. 503 when the domain does not answer within 2 s.",
        typeof(AgentExplanationModel)) { Problems = [404] };

    public static readonly ApiOperation Customer = new(
        "getCustomer", "Customers", "What is remembered of a caller", "By the number that calls came from.", typeof(CustomerModel)) { Problems = [404] };

    public static readonly ApiOperation Events = new(
        "readEvents",
        "Live",
        "The stream of events",
        "Every committed fact of the domain, in order and without a gap, in the frozen format of src/Contracts/Formats/Events.md: read the state, then everything after its 'sequence', always with 'next' "
        + "of the answer before. A page has fewer turns than its limit when they are long. Kept for 24 hours: 410 when turns after 'after' may be gone, or 'after' is above the end since the store was "
        + "brought back from an older copy; then read the state again. A key may have a few such requests at once (429). Needs the role supervisor or admin.",
        typeof(EventPage)) { Query = ["after", "limit", "wait"], Problems = [400, 410] };

    public static readonly ApiOperation Configuration = new(
        "getConfiguration",
        "Configuration",
        "The configuration in force, or a former version",
        "Every setting without secrets. An administrator also gets the texts that it was made from, comments included and secrets hidden.",
        typeof(ConfigurationModel)) { Query = ["version"], Problems = [400, 404] };

    public static readonly ApiOperation ConfigurationVersions = new(
        "listConfigurationVersions", "Configuration", "Versions of the configuration", "The last 20, newest first: when, who, which way, why.", typeof(ConfigurationVersionsModel)) { Problems = [404] };

    public static readonly ApiOperation ApplyConfiguration = new(
        "applyConfiguration",
        "Configuration",
        "Apply a configuration",
        "The file as application/yaml, or several as JSON. All of it in one transaction, also for calls that wait, or nothing of it: a problem lists every mistake with file, line and column. "
        + "With dryRun=true nothing is applied and the answer says what would change. Needs the role admin.",
        typeof(ConfigurationAppliedModel)) { Body = typeof(ConfigurationFilesModel), BodyTypes = ConfigurationBody.YamlTypes, Query = ["dryRun", "comment"], Problems = [400, 409, 413, 415, 422] };

    public static readonly ApiOperation RollBackConfiguration = new(
        "rollBackConfiguration",
        "Configuration",
        "Go back to a former version",
        "As a new version. Without a version it undoes the last change, and done twice does it again. A restart with the same file does not undo it. Needs the role admin.",
        typeof(ConfigurationAppliedModel)) { Query = ["version", "dryRun", "comment"], Problems = [400, 404, 409, 422] };

    public static readonly ApiOperation Ticket = new(
        "createHubTicket",
        "Live",
        "A ticket for the hub",
        "For browsers, which cannot send a key with a WebSocket: the ticket is the access token of one connection to /hubs/live.",
        typeof(TicketModel));

    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, ApiOperation operation)
    {
        route.WithMetadata(operation, new QueryParameters(operation.Query))
            .WithTags(operation.Tag)
            .WithSummary(operation.Summary)
            .WithDescription(operation.Description)
            .Produces(StatusCodes.Status200OK, operation.Response, "application/json");
        if (operation.Body is not null)
        {
            route.Accepts(operation.Body, "application/json", [.. operation.BodyTypes]);
        }

        foreach (int status in (int[])[.. operation.Problems, 401, 403, 429, 503])
        {
            route.Produces<Problem>(status, Api.Problems.ContentType);
        }

        return route;
    }
}
