using System.Text;

namespace Routing.Grains.Records;

/// <summary>
/// Writes a record as tagged fields (the encoding of Protocol Buffers: varints zigzag, strings UTF-8, nested records length-prefixed).
/// Fields with a default value (0, false, null) are left out. The buffer is reused: one writer serves a whole domain.
/// </summary>
public sealed class RecordWriter
{
    /// <summary>Field of every top-level record that holds its version.</summary>
    public const int VersionField = 1;

    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>Starts a new top-level record.</summary>
    public void Start(int version)
    {
        _length = 0;
        Number(VersionField, version);
    }

    public byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();

    public void Number(int field, long value)
    {
        if (value != 0)
        {
            Tag(field, WireType.Varint);
            Varint((ulong)((value << 1) ^ (value >> 63)));
        }
    }

    public void Flag(int field, bool value) => Number(field, value ? 1 : 0);

    public void Text(int field, string? value)
    {
        if (value is null)
        {
            return;
        }

        Tag(field, WireType.Bytes);
        int size = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)size);
        Reserve(size);
        _length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length));
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.Bytes);
        Varint((ulong)value.Length);
        Raw(value);
    }

    /// <summary>Begins a nested record; pass what it returns to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        Tag(field, WireType.Bytes);
        return _length;
    }

    /// <summary>Ends a nested record: its length, known only now, goes before it.</summary>
    public void End(int start)
    {
        int size = _length - start;
        int prefix = VarintSize((ulong)size);
        Reserve(prefix);
        _buffer.AsSpan(start, size).CopyTo(_buffer.AsSpan(start + prefix));
        _length = start;
        Varint((ulong)size);
        _length += size;
    }

    /// <summary>Writes kept fields as they were read.</summary>
    public void Unknown(in UnknownFields fields) => Raw(fields.Bytes);

    private void Raw(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
    }

    private void Tag(int field, int wireType) => Varint((ulong)(((uint)field << 3) | (uint)wireType));

    private void Varint(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _buffer[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_length++] = (byte)value;
    }

    private static int VarintSize(ulong value)
    {
        int size = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            size++;
        }

        return size;
    }

    private void Reserve(int more)
    {
        if (_length + more > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + more));
        }
    }
}
