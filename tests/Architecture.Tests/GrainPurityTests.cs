using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Routing.Architecture.Tests;

/// <summary>Grains compute from their input alone: the compiled assembly names no clock, randomness, task, thread, file, socket or logger.</summary>
public sealed class GrainPurityTests
{
    private static readonly string[] ForbiddenNamespaces =
        ["System.Threading", "System.IO", "System.Net", "System.Timers", "System.Data", "System.Reflection.Emit", "Microsoft.Extensions"];

    private static readonly string[] ForbiddenTypes =
    [
        "System.DateTime", "System.DateTimeOffset", "System.TimeProvider", "System.Random", "System.Guid", "System.Environment", "System.Console",
        "System.Diagnostics.Stopwatch", "System.Diagnostics.Process", "System.Security.Cryptography.RandomNumberGenerator",
        "System.Runtime.CompilerServices.AsyncStateMachineAttribute", "System.Runtime.CompilerServices.AsyncTaskMethodBuilder",
    ];

    [Fact]
    public void Grains_name_nothing_that_reads_the_world()
    {
        IEnumerable<string> forbidden = ReferencedTypes(Assembly.Load("Routing.Grains").Location).Where(IsForbidden);

        Assert.Empty(forbidden);
    }

    [Theory]
    [InlineData("System.Threading.Tasks.Task")]
    [InlineData("System.IO.File")]
    [InlineData("System.Random")]
    public void The_check_would_notice(string type) => Assert.True(IsForbidden(type));

    [Fact]
    public void The_check_reads_the_references_of_an_assembly() =>
        Assert.Contains("System.IO.File", ReferencedTypes(typeof(GrainPurityTests).Assembly.Location));

    private static bool IsForbidden(string type) =>
        ForbiddenTypes.Contains(type, StringComparer.Ordinal)
        || Array.Exists(ForbiddenNamespaces, name => type.StartsWith(name + ".", StringComparison.Ordinal));

    private static List<string> ReferencedTypes(string path)
    {
        using var stream = File.OpenRead(path);
        using var assembly = new PEReader(stream);
        MetadataReader metadata = assembly.GetMetadataReader();
        return [.. metadata.TypeReferences.Select(metadata.GetTypeReference).Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")];
    }
}
