using System.Security.Cryptography;
using System.Text.Json;

namespace Routing.Silo.Hosting;

/// <summary>
/// What makes this installation's gateway the same over restarts, kept in the data folder: the secret that identifiers on the wire derive from,
/// and a number that rises with every start.
/// </summary>
/// <param name="KeyBase64">The secret.</param>
/// <param name="Incarnation">Of this start.</param>
internal sealed record GatewayIdentity(string KeyBase64, long Incarnation)
{
    private const string FileName = "gateway.json";

    private const int KeyBytes = 32;

    public byte[] Key() => Convert.FromBase64String(KeyBase64);

    /// <summary>
    /// Reads the identity of a data folder, or makes one, and stores it with the next incarnation before returning it. A new one begins at the date: a gateway whose folder was lost would else
    /// be older than itself to its silos, for ever.
    /// </summary>
    /// <exception cref="StartupException">The file cannot be read or written.</exception>
    public static GatewayIdentity Next(string dataFolder)
    {
        string file = Path.Combine(dataFolder, FileName);
        try
        {
            GatewayIdentity last = File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(file), HostingJson.Default.GatewayIdentity) ?? throw new JsonException("it is empty")
                : new GatewayIdentity(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
            GatewayIdentity next = last with { Incarnation = last.Incarnation + 1 };
            Write(file, next);
            return next;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StartupException($"data: {file} cannot be used: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    // Written beside and renamed, so that a crash leaves the old one or the new one.
    private static void Write(string file, GatewayIdentity identity)
    {
        string beside = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(beside, options))
        {
            JsonSerializer.Serialize(stream, identity, HostingJson.Default.GatewayIdentity);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, file, overwrite: true);
    }
}
