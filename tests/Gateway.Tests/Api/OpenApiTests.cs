using System.Text.Json;
using Xunit;

namespace Routing.Gateway.Tests.Api;

public sealed class OpenApiTests
{
    private static readonly string[] Routes =
    [
        "get /summary", "get /agents", "get /agents/{id}", "put /agents/{id}/state", "get /queues", "get /queues/{id}", "get /calls", "get /calls/{id}",
        "get /agents/{id}/explanation", "get /calls/{id}/explanation", "get /customers/{ani}", "get /events", "post /hub-tickets",
        "get /configuration", "post /configuration", "get /configuration/versions", "post /configuration/rollback",
    ];

    [Fact]
    public async Task Every_route_is_described_with_its_answers_and_problems()
    {
        await using WebServer server = await WebServer.StartAsync();
        JsonElement document = await server.GetAsync("/openapi/v1.json", key: null);
        List<string> described = [];
        HashSet<string> ids = [];
        foreach (JsonProperty path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                described.Add($"{operation.Name} {path.Name}");
                string name = $"{operation.Name} {path.Name}: {operation.Value}";
                Assert.True(ids.Add(operation.Value.GetProperty("operationId").GetString()!), name);
                Assert.True(operation.Value.GetProperty("summary").GetString()!.Length > 0, name);
                Assert.True(operation.Value.GetProperty("responses").TryGetProperty("200", out _), name);
                Assert.True(operation.Value.GetProperty("responses").GetProperty("401").GetProperty("content").TryGetProperty("application/problem+json", out _), name);
            }
        }

        Assert.Equal("/", Assert.Single(document.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString());
        string[] expected = ["get /api/v1/domains", .. Routes.SelectMany(OfBothKinds)];
        Assert.Equal(expected.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_document_says_how_to_authenticate_and_what_may_be_sent()
    {
        await using WebServer server = await WebServer.StartAsync();
        JsonElement document = await server.GetAsync("/openapi/v1.json", key: null);

        JsonElement scheme = document.GetProperty("components").GetProperty("securitySchemes").GetProperty("Bearer");
        Assert.Equal("bearer", scheme.GetProperty("scheme").GetString());
        JsonElement put = document.GetProperty("paths").GetProperty("/api/v1/agents/{id}/state").GetProperty("put");
        Assert.Equal("not-ready", put.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example").GetProperty("state").GetString());
        Assert.Contains("Idempotency-Key", put.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
        JsonElement inDomain = document.GetProperty("paths").GetProperty("/api/v1/domains/{domain}/calls").GetProperty("get");
        Assert.Equal(
            ["domain", "state", "queue", "agent", "after", "limit"],
            inDomain.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        JsonElement phones = schemas.GetProperty("AgentModel").GetProperty("properties").GetProperty("phones");
        Assert.Equal(("integer", "Registered phones."), (phones.GetProperty("type").GetString(), phones.GetProperty("description").GetString()));
        Assert.Equal(
            ["logged-out", "ready", "not-ready", "offered", "talking", "wrap-up"],
            schemas.GetProperty("AgentState").GetProperty("enum").EnumerateArray().Select(word => word.GetString()));
    }

    private static IEnumerable<string> OfBothKinds(string route)
    {
        string[] parts = route.Split(' ');
        return [$"{parts[0]} /api/v1{parts[1]}", $"{parts[0]} /api/v1/domains/{{domain}}{parts[1]}"];
    }
}
