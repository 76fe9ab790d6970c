namespace Routing.Contracts.Engine;

/// <summary>A row written (<see cref="Bytes"/> present) or deleted (null) by a turn.</summary>
/// <param name="Key">Which row.</param>
/// <param name="Bytes">The whole new record, or null to delete the row.</param>
/// <param name="ExpiresAtMs">Unix milliseconds after which the store may drop the row by itself; null keeps it. Only for rows of kinds that are not resident.</param>
public readonly record struct RowChange(RowKey Key, ReadOnlyMemory<byte>? Bytes, long? ExpiresAtMs = null);
