using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using Routing.Contracts.Commands;
using Xunit;

namespace Routing.Architecture.Tests;

/// <summary>
/// src/Contracts/Contracts.txt is the public shape of the contracts as text, so that a change of what edge and brain exchange, or of what is
/// stored, is a visible difference. ROUTING_UPDATE_SNAPSHOTS=1 writes it anew.
/// </summary>
public sealed class ContractSnapshotTests
{
    private const string SnapshotPath = "src/Contracts/Contracts.txt";

    [Fact]
    public void The_contracts_are_those_of_the_snapshot()
    {
        string current = Describe(typeof(Command).Assembly);
        string file = Path.Combine(RepositoryFiles.Root, SnapshotPath);
        if (Environment.GetEnvironmentVariable("ROUTING_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(file, current);
        }

        string[] stored = File.Exists(file) ? File.ReadAllText(file).Split('\n') : [];
        IEnumerable<string> removed = stored.Except(current.Split('\n')).Select(line => "- " + line);
        IEnumerable<string> added = current.Split('\n').Except(stored).Select(line => "+ " + line);
        Assert.Empty(removed.Concat(added));
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        IEnumerable<Type> types = assembly.GetExportedTypes()
            .Where(type => !type.IsNested && !(type.IsAbstract && type.IsSealed) && type.Namespace != "Routing.Contracts.Serialization")
            .OrderBy(type => type.FullName, StringComparer.Ordinal);
        foreach (Type type in types)
        {
            string parent = type.BaseType?.Namespace?.StartsWith("Routing.", StringComparison.Ordinal) == true ? " : " + NameOf(type.BaseType) : "";
            foreach (string member in Members(type))
            {
                text.Append(type.Namespace).Append('.').Append(NameOf(type)).Append(parent).Append(' ').Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return [string.Join(' ', Enum.GetNames(type).Select(name => $"{name}={Convert.ToInt64(Enum.Parse(type, name))}"))];
        }

        IEnumerable<string> properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(property => property.Name != "EqualityContract")
            .Select(property => $"{property.Name}: {Nullable(property)}");
        IEnumerable<string> methods = type.IsInterface
            ? type.GetMethods().Where(method => !method.IsSpecialName)
                .Select(method => $"{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => NameOf(parameter.ParameterType)))}): {NameOf(method.ReturnType)}")
            : [];
        IEnumerable<string> discriminators = type.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
            .Select(derived => $"'{derived.TypeDiscriminator}' is {NameOf(derived.DerivedType)}");
        string[] members = [.. properties.Concat(methods).Concat(discriminators).Order(StringComparer.Ordinal)];
        return members.Length == 0 ? ["{}"] : members;
    }

    private static string Nullable(PropertyInfo property)
    {
        NullabilityInfo nullability = new NullabilityInfoContext().Create(property);
        return NameOf(property.PropertyType) + (!property.PropertyType.IsValueType && nullability.ReadState == NullabilityState.Nullable ? "?" : "");
    }

    private static string NameOf(Type type)
    {
        if (System.Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return NameOf(underlying) + "?";
        }

        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
            : type.Name;
    }
}
