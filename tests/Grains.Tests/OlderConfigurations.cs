using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Configurations that an earlier version stored: what they do not say has its default, not the zero of its type.</summary>
public sealed class OlderConfigurations
{
    private static readonly DomainConfiguration Now = new()
    {
        Domain = DomainId.Of("d"),
        Realm = "d",
        Agents = [new AgentConfiguration { Id = AgentId.Of("a"), Name = "A", SipUser = "a", Ha1Md5 = "0", Ha1Sha256 = "0" }],
        Queues = [new QueueConfiguration { Id = QueueId.Of("q"), Name = "Q" }],
        Numbers = [new NumberConfiguration("1", QueueId.Of("q"))],
    };

    [Theory]
    [InlineData("agents", "weight")]
    [InlineData("queues", "offers", "weight", "rings", "overflow")]
    [InlineData("numbers", "routes")]
    [InlineData(null, "teams", "attributes", "order", "ageingMs", "reserves", "calendars")]
    public void A_key_that_the_first_version_did_not_have_reads_as_its_default(string? list, params string[] later)
    {
        var json = JsonNode.Parse(ConfigurationCodec.ToJson(Now))!.AsObject();
        JsonObject of = list is null ? json : json[list]![0]!.AsObject();
        foreach (string key in later)
        {
            Assert.True(of.Remove(key), key);
        }

        DomainConfiguration read = ConfigurationCodec.FromJson(Encoding.UTF8.GetBytes(json.ToJsonString()));

        Assert.Equal(ConfigurationCodec.ToJson(Now), ConfigurationCodec.ToJson(read));
    }

    /// <summary>Every record of a configuration that is read, so that the next key cannot be forgotten.</summary>
    public static TheoryData<Type> Records => [.. typeof(DomainConfiguration).Assembly.GetTypes()
        .Where(static type => type.Namespace == typeof(DomainConfiguration).Namespace && !type.IsAssignableTo(typeof(NeedExpression)) && type.GetMethod("<Clone>$") is not null && Info(type) is not null)
        .OrderBy(static type => type.Name, StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_that_says_no_more_than_it_must_has_the_default_of_everything_else(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        string json = Least(type).ToJsonString();
        object read = JsonSerializer.Deserialize(json, Info(type)!)!;
        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(static one => one.GetParameters().Length).First();
        object expected = constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
            parameter.HasDefaultValue ? parameter.DefaultValue : type.GetProperty(parameter.Name!)!.GetValue(read))]);

        HashSet<string> said = [.. JsonNode.Parse(json)!.AsObject().Select(static pair => pair.Key)];
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.SetMethod is not null && !said.Contains(JsonNamingPolicy.CamelCase.ConvertName(property.Name))))
        {
            Assert.Equal((property.Name, Text(property.GetValue(expected))), (property.Name, Text(property.GetValue(read))));
        }
    }

    [Fact]
    public void A_zero_that_was_stored_stays_where_it_means_something()
    {
        DomainConfiguration stored = Now with { Queues = [Now.Queues[0] with { CoolOffMs = 0, ServiceLevelMs = 0, WrapUpMs = 0, TimeoutMs = 0 }] };

        QueueConfiguration read = ConfigurationCodec.FromJson(ConfigurationCodec.ToJson(stored)).Queues[0];

        Assert.Equal((0, 0, 0, 0), (read.CoolOffMs, read.ServiceLevelMs, read.WrapUpMs, read.TimeoutMs));
    }

    private static JsonTypeInfo? Info(Type type) => ContractsJson.Default.GetTypeInfo(type);

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        System.Collections.IEnumerable list => $"[{string.Join(", ", list.Cast<object>())}]",
        _ => value.ToString()!,
    };

    /// <summary>What the reader insists on, and what a constructor has no default for.</summary>
    private static JsonObject Least(Type type)
    {
        JsonObject least = [];
        foreach (JsonPropertyInfo property in Info(type)!.Properties)
        {
            if (property.IsRequired || property.AssociatedParameter is { IsMemberInitializer: false, HasDefaultValue: false })
            {
                least[property.Name] = Sample(property.PropertyType);
            }
        }

        return least;
    }

    private static JsonNode? Sample(Type type) =>
        Nullable.GetUnderlyingType(type) is not null ? null
        : type == typeof(string) ? "x"
        : type == typeof(ReadOnlyMemory<byte>) ? "1dXV1Q=="
        : type == typeof(DateOnly) ? "2026-12-25"
        : type.IsEnum ? Enum.GetNames(type)[0]
        : type == typeof(bool) ? false
        : type.IsPrimitive ? 1
        : type.GetInterfaces().Any(static one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IIdentifier<>)) ? "x"
        : type.IsInterface ? new JsonArray()
        : Least(type);
}
