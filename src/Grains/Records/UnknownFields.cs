namespace Routing.Grains.Records;

/// <summary>Fields of a stored record that this version does not know, kept byte for byte so that rewriting the record loses nothing.</summary>
public struct UnknownFields
{
    private byte[]? _bytes;

    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    public void Append(ReadOnlySpan<byte> field)
    {
        int kept = _bytes?.Length ?? 0;
        byte[] bytes = new byte[kept + field.Length];
        _bytes?.CopyTo(bytes, 0);
        field.CopyTo(bytes.AsSpan(kept));
        _bytes = bytes;
    }
}
