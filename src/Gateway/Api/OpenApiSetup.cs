using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Routing.Contracts.Views;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>/openapi/v1.json: what the endpoints cannot say themselves.</summary>
internal static class OpenApiSetup
{
    public static void AddRoutingOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", static options =>
    {
        options.ShouldInclude = static api => api.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer(static (document, context, _) =>
        {
            RoutingWebOptions web = context.ApplicationServices.GetRequiredService<IOptions<RoutingWebOptions>>().Value;
            Describe(document, web.Version);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            Describe(operation, context);
            return Task.CompletedTask;
        });
    });

    private static void Describe(OpenApiDocument document, string version)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Routing",
            Version = version,
            Description =
                "Agents, queues and calls of a routing domain. Times are ISO 8601 in UTC, durations milliseconds (…Ms). Reads come from committed events: 'sequence' is the turn "
                + "they are as of. Problems are application/problem+json and say what is wrong, where, and what to do. /api/v1/… alone means the only or default domain.",
        };
        // Relative to the document: an absolute address would be that of the listener, which behind a proxy is not what the reader used.
        document.Servers = [new OpenApiServer { Url = "/", Description = "The server that this document came from" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Grant.Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key of the domain's configuration; in the demo 'demo-admin'. Roles: reader, supervisor, admin.",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Grant.Scheme, document)] = [] }];
    }

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().FirstOrDefault() is not { } text)
        {
            return;
        }

        bool inDomain = context.Description.RelativePath?.Contains("{domain}", StringComparison.Ordinal) == true;
        operation.OperationId = inDomain ? text.Name + "InDomain" : text.Name;
        if (inDomain && operation.Parameters?.Any(parameter => parameter.Name == "domain") != true)
        {
            operation.Parameters ??= [];
            operation.Parameters.Insert(0, Parameter("domain", ParameterLocation.Path, "Id of the domain.", "demo", required: true));
        }

        foreach (IOpenApiParameter parameter in operation.Parameters ?? [])
        {
            Describe(parameter, text);
        }

        if (text.Body is not null || text == ApiText.RollBackConfiguration)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(Parameter(
                IdempotencyKeys.HeaderName, ParameterLocation.Header, "New for every new request: a repeat gets the stored outcome.", "f3b9c2", required: false));
            if (text == ApiText.SetAgentState && operation.RequestBody?.Content?.Values.FirstOrDefault() is { } body)
            {
                body.Example = JsonNode.Parse("""{"state":"not-ready","reason":"lunch"}""");
            }
            foreach (string type in text.BodyTypes)
            {
                operation.RequestBody?.Content?[type] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "One file as it is." } };
            }
        }
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string description, string example, bool required) => new()
    {
        Name = name,
        In = place,
        Required = required,
        Description = description,
        Example = JsonValue.Create(example),
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static void Describe(IOpenApiParameter parameter, ApiOperation operation)
    {
        if (parameter is not OpenApiParameter { Schema: OpenApiSchema schema } concrete)
        {
            return;
        }

        switch (parameter.Name)
        {
            case "limit" when operation == ApiText.Events:
                Describe(schema, 1, EventEndpoint.MaxLimitTurns, EventEndpoint.DefaultLimitTurns);
                break;
            case "limit":
                Describe(schema, 1, Paging.MaxLimitCount, Paging.DefaultLimitCount);
                break;
            case "wait":
                Describe(schema, 0, EventEndpoint.MaxWaitSeconds, 0);
                break;
            case "after" when operation == ApiText.Events:
                schema.Type = JsonSchemaType.Integer;
                schema.Format = "int64";
                schema.Minimum = "0";
                break;
            case "state":
                IReadOnlyList<string> words = operation == ApiText.Calls ? Words.All<CallState>() : Words.All<AgentState>();
                concrete.Example = JsonValue.Create(words[0]);
                schema.Description = "One of " + string.Join(", ", words) + (operation == ApiText.Calls ? ", or several separated by commas." : ".");
                break;
            case "id":
                concrete.Example = JsonValue.Create(operation.Tag switch { "Agents" => "alice", "Queues" => "support", _ => "c-1" });
                break;
            case "version":
                schema.Type = JsonSchemaType.Integer;
                schema.Minimum = "1";
                break;
            case "dryRun":
                schema.Type = JsonSchemaType.Boolean;
                schema.Default = JsonValue.Create(false);
                break;
            case "ani":
                concrete.Example = JsonValue.Create("+4930123456");
                break;
            default:
                break;
        }
    }

    private static void Describe(OpenApiSchema schema, int least, int most, int otherwise)
    {
        schema.Type = JsonSchemaType.Integer;
        schema.Minimum = least.ToString(CultureInfo.InvariantCulture);
        schema.Maximum = most.ToString(CultureInfo.InvariantCulture);
        schema.Default = JsonValue.Create(otherwise);
    }
}
