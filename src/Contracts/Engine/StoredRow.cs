namespace Routing.Contracts.Engine;

/// <summary>A row as the store holds it. The bytes belong to the reader and are never changed after they are made.</summary>
public readonly record struct StoredRow(RowKey Key, ReadOnlyMemory<byte> Bytes);
