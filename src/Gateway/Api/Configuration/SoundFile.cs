namespace Routing.Gateway.Api.Configuration;

/// <summary>A sound that a configuration names.</summary>
/// <param name="Name">As it is written there: a path below the folder of the configuration.</param>
/// <param name="Bytes">The file.</param>
public sealed record SoundFile(string Name, ReadOnlyMemory<byte> Bytes);
