using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>Every problem that the API reports, in one place: what is wrong, where, and what to do.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    internal const string TypePrefix = "urn:routing:problem:";
    private const string RetryAfterSeconds = "2";
    private const string ReadStateAgain = "Forget what was known, read the state (GET agents, queues, calls) and go on with after = the least 'sequence' of these answers; 'latest' if the state does not matter.";

    public static Problem MissingKey() => new()
    {
        Type = TypePrefix + "key-missing",
        Title = "A key is needed",
        Status = StatusCodes.Status401Unauthorized,
        Detail = "The request carries no key.",
        Where = "header Authorization",
        Remedy = "Send 'Authorization: Bearer KEY' with a key of the domain's configuration (in the demo: demo-admin).",
    };

    public static Problem UnknownKey() => new()
    {
        Type = TypePrefix + "key-unknown",
        Title = "The key is not known",
        Status = StatusCodes.Status401Unauthorized,
        Detail = "No domain has this key or ticket, or the header is not 'Bearer KEY'.",
        Where = "header Authorization",
        Remedy = "Check the key for typing errors; keys are listed under apiKeys in the domain's configuration. A hub ticket is good once and for 30 seconds: get a new one.",
    };

    public static Problem RoleTooLow(Grant? grant) => new()
    {
        Type = TypePrefix + "role-too-low",
        Title = "The key may not do this",
        Status = StatusCodes.Status403Forbidden,
        Detail = grant is null ? "This needs a higher role." : $"The key '{grant.Name}' has the role {Words.Of(grant.Role)}, which is not enough for this.",
        Where = "header Authorization",
        Remedy = "Use a key with the role supervisor or admin.",
        Allowed = ["supervisor", "admin"],
    };

    public static Problem OtherDomain(Grant grant, string asked) => new()
    {
        Type = TypePrefix + "key-of-another-domain",
        Title = "The key belongs to another domain",
        Status = StatusCodes.Status403Forbidden,
        Detail = $"The key '{grant.Name}' belongs to the domain '{grant.Domain}', not to '{asked}'.",
        Where = "path domain",
        Remedy = $"Use /api/v1/domains/{grant.Domain}/… or a key of the other domain.",
    };

    public static Problem NoDefaultDomain() => new()
    {
        Type = TypePrefix + "domain-not-named",
        Title = "Which domain?",
        Status = StatusCodes.Status404NotFound,
        Detail = "There are several domains and none is the default.",
        Where = "path",
        Remedy = "Name one: /api/v1/domains/{domain}/…; /api/v1/domains lists those that the key may see.",
    };

    public static Problem NotFound(string kind, string id, string listPath) => new()
    {
        Type = TypePrefix + kind + "-unknown",
        Title = $"No such {kind}",
        Status = StatusCodes.Status404NotFound,
        Detail = $"There is no {kind} '{id}' here.",
        Where = "path id",
        Remedy = listPath,
    };

    public static Problem NoRoute(string path) => new()
    {
        Type = TypePrefix + "path-unknown",
        Title = "Nothing is here",
        Status = StatusCodes.Status404NotFound,
        Detail = $"Nothing is served at {path}.",
        Where = "path",
        Remedy = "/openapi/v1.json lists every path of the API; the page is at /.",
    };

    public static Problem MethodNotAllowed(string method, string? allowed) => new()
    {
        Type = TypePrefix + "method-not-allowed",
        Title = "The path does not take this method",
        Status = StatusCodes.Status405MethodNotAllowed,
        Detail = $"{method} is not possible here.",
        Where = "method",
        Remedy = "Use one of the allowed methods.",
        Allowed = allowed?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };

    public static Problem BadQuery(string name, string value, string rule, IReadOnlyList<string>? allowed = null) => new()
    {
        Type = TypePrefix + "query-invalid",
        Title = "A query parameter is not valid",
        Status = StatusCodes.Status400BadRequest,
        Detail = $"'{value}' is not a valid value of '{name}'.",
        Where = "query " + name,
        Remedy = rule,
        Allowed = allowed,
    };

    public static Problem UnknownQuery(string name, IReadOnlyList<string> allowed) => new()
    {
        Type = TypePrefix + "query-unknown",
        Title = "A query parameter is not known",
        Status = StatusCodes.Status400BadRequest,
        Detail = $"There is no query parameter '{name}' here.",
        Where = "query " + name,
        Remedy = allowed.Count == 0 ? "Leave it out: this path takes none." : "Use one of those allowed.",
        Allowed = allowed,
    };

    public static Problem BadHeader(string name, string rule) => new()
    {
        Type = TypePrefix + "header-invalid",
        Title = "A header is not valid",
        Status = StatusCodes.Status400BadRequest,
        Detail = $"The value of {name} cannot be used.",
        Where = "header " + name,
        Remedy = rule,
    };

    public static Problem BadBody(string detail, string where, string remedy, IReadOnlyList<string>? allowed = null) => new()
    {
        Type = TypePrefix + "body-invalid",
        Title = "The body is not valid",
        Status = StatusCodes.Status400BadRequest,
        Detail = detail,
        Where = where,
        Remedy = remedy,
        Allowed = allowed,
    };

    public static Problem NotJson(string? contentType) => new()
    {
        Type = TypePrefix + "media-type",
        Title = "The body must be JSON",
        Status = StatusCodes.Status415UnsupportedMediaType,
        Detail = contentType is null ? "The request has no Content-Type." : $"'{contentType}' is not JSON.",
        Where = "header Content-Type",
        Remedy = "Send JSON with 'Content-Type: application/json'.",
        Allowed = ["application/json"],
    };

    public static Problem TooLarge(int maxBytes) => new()
    {
        Type = TypePrefix + "body-too-large",
        Title = "The body is too large",
        Status = StatusCodes.Status413PayloadTooLarge,
        Detail = $"Bodies may have {maxBytes.ToString(CultureInfo.InvariantCulture)} bytes.",
        Where = "body",
        Remedy = "Send only the fields that the path describes.",
    };

    public static Problem Conflict(string detail) => new()
    {
        Type = TypePrefix + "state-conflict",
        Title = "Not possible in this state",
        Status = StatusCodes.Status409Conflict,
        Detail = detail,
        Where = "body $.state",
        Remedy = "For 'ready' register the agent's phone first; with 'onRegister: ready' the agent is then ready by itself. GET agents/{id} shows state and phones.",
    };

    public static Problem Refused(string detail) => new()
    {
        Type = TypePrefix + "refused",
        Title = "Understood and refused",
        Status = StatusCodes.Status422UnprocessableEntity,
        Detail = detail,
        Where = "body",
        Remedy = "Read the agent's state (GET agents/{id}) and send what its state allows.",
    };

    public static Problem KeyReused() => new()
    {
        Type = TypePrefix + "idempotency-key-reused",
        Title = "The idempotency key was used for another request",
        Status = StatusCodes.Status422UnprocessableEntity,
        Detail = "The same Idempotency-Key came with a different path or body before.",
        Where = "header Idempotency-Key",
        Remedy = "Repeat a request unchanged under its key, and give every new request a key of its own.",
    };

    public static Problem TooManyKeys() => new()
    {
        Type = TypePrefix + "too-many-wrong-keys",
        Title = "Too many wrong keys",
        Status = StatusCodes.Status429TooManyRequests,
        Detail = "Too many unknown keys came from your address.",
        Where = "header Authorization",
        Remedy = "Wait, and send Authorization: Bearer KEY with a key that is configured.",
    };

    public static Problem Throttled() => new()
    {
        Type = TypePrefix + "too-many-requests",
        Title = "Too many requests",
        Status = StatusCodes.Status429TooManyRequests,
        Detail = "This key makes more requests than it may.",
        Where = "header Authorization",
        Remedy = "Wait for the seconds in Retry-After. To follow changes use the hub at /hubs/live instead of polling.",
    };

    public static Problem TooManyReaders() => new()
    {
        Type = TypePrefix + "too-many-event-readers",
        Title = "Too many readers of events",
        Status = StatusCodes.Status429TooManyRequests,
        Detail = "This key, or this server, has as many requests for events open as it may.",
        Where = "header Authorization",
        Remedy = "Read with one request after the other, each with 'next' of the one before, and try again after the seconds in Retry-After.",
    };

    public static Problem EventsGone(long after, long? oldest, long latest) => new()
    {
        Type = TypePrefix + "events-gone",
        Title = "Events after this turn may be gone",
        Status = StatusCodes.Status410Gone,
        Detail = $"Turns after {after} may have been deleted: events are kept for 24 hours.",
        Where = "query after",
        Remedy = ReadStateAgain,
        Oldest = oldest,
        Latest = latest,
    };

    public static Problem EventsAhead(long after, long? oldest, long latest) => new()
    {
        Type = TypePrefix + "events-renumbered",
        Title = "There is no such turn",
        Status = StatusCodes.Status410Gone,
        Detail = $"Turn {after} is not in this domain's log, whose last one known is {latest}: the store was brought back from an older copy, or the number is not from here.",
        Where = "query after",
        Remedy = ReadStateAgain,
        Oldest = oldest,
        Latest = latest,
    };

    public static Problem TurnFailed(string? detail) => new()
    {
        Type = TypePrefix + "turn-failed",
        Title = "The request was put aside",
        Status = StatusCodes.Status500InternalServerError,
        Detail = detail ?? "Carrying it out failed; nothing of it counts, and the input was kept for those who look into it.",
    };

    public static Problem Fault() => new()
    {
        Type = TypePrefix + "fault",
        Title = "A fault of the server",
        Status = StatusCodes.Status500InternalServerError,
        Detail = "The request could not be answered; the log has the details.",
    };

    public static Problem NotLoaded(string domain) => new()
    {
        Type = TypePrefix + "not-ready",
        Title = "Not ready yet",
        Status = StatusCodes.Status503ServiceUnavailable,
        Detail = $"The state of the domain '{domain}' is not loaded yet.",
        Remedy = "Try again after the seconds in Retry-After.",
    };

    public static Problem DomainAway(string domain) => new()
    {
        Type = TypePrefix + "domain-away",
        Title = "The domain does not answer",
        Status = StatusCodes.Status503ServiceUnavailable,
        Detail = $"The domain '{domain}' did not answer in time: it is being loaded, or its store does not answer.",
        Remedy = "Try again after the seconds in Retry-After; /readyz says what is wrong.",
    };

    public static Problem Unavailable(string? detail) => new()
    {
        Type = TypePrefix + "unavailable",
        Title = "Not taken now",
        Status = StatusCodes.Status503ServiceUnavailable,
        Detail = detail ?? "The domain takes no input at the moment (load, shutdown, or a store that does not answer).",
        Remedy = "Repeat the request with the same Idempotency-Key after the seconds in Retry-After.",
    };

    public static Problem OutcomeUnknown() => new()
    {
        Type = TypePrefix + "outcome-unknown",
        Title = "No answer in time",
        Status = StatusCodes.Status503ServiceUnavailable,
        Detail = "The commit was not seen in time; the change may or may not have happened.",
        Remedy = "Repeat the request with the same Idempotency-Key: it is carried out once.",
    };

    /// <summary>The problem as a result of an endpoint.</summary>
    public static IResult Result(Problem problem) => new ProblemResult(problem);

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        HttpResponse response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (problem.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
        }

        problem = problem with { Instance = context.Request.PathBase.Add(context.Request.Path) };
        return JsonSerializer.SerializeAsync(response.Body, problem, ApiJson.Wire.Problem, context.RequestAborted);
    }

    private sealed class ProblemResult(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem);
    }
}
