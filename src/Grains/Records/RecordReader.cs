using System.Text;

namespace Routing.Grains.Records;

/// <summary>Reads what <see cref="RecordWriter"/> writes. Any malformed byte is a <see cref="FormatException"/>: a stored row is never guessed at.</summary>
public ref struct RecordReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;
    private int _fieldStart;
    private int _wireType;

    public RecordReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>Number of the field that <see cref="Next"/> moved to.</summary>
    public int Field { get; private set; }

    /// <summary>Moves to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_position == _bytes.Length)
        {
            return false;
        }

        _fieldStart = _position;
        ulong tag = Varint();
        Field = (int)(tag >> 3);
        _wireType = (int)(tag & 7);
        return Field > 0 ? true : throw Malformed("field number 0");
    }

    public long Number()
    {
        Expect(WireType.Varint);
        ulong value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int Int() => checked((int)Number());

    public bool Flag() => Number() != 0;

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A text that many records share.</summary>
    public string Repeated() => RepeatedText.Of(Bytes());

    /// <summary>Where the bytes of the field lie in the record, for who keeps the record.</summary>
    public Range Place()
    {
        int size = Bytes().Length;
        return (_position - size).._position;
    }

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(WireType.Bytes);
        return Take(Varint());
    }

    /// <summary>Keeps the current field, unread, for the next writing.</summary>
    public void Keep(ref UnknownFields unknown)
    {
        switch (_wireType)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Bytes:
                Take(Varint());
                break;
            case WireType.Fixed32:
                Take(4);
                break;
            default:
                throw Malformed($"wire type {_wireType}");
        }

        unknown.Append(_bytes[_fieldStart.._position]);
    }

    private ReadOnlySpan<byte> Take(ulong size)
    {
        if (size > (ulong)(_bytes.Length - _position))
        {
            throw Malformed("a field longer than its record");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_position, (int)size);
        _position += (int)size;
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (_position == _bytes.Length)
            {
                throw Malformed("a number cut off");
            }

            byte part = _bytes[_position++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Malformed("a number of more than 64 bits");
    }

    private readonly void Expect(int wireType)
    {
        if (_wireType != wireType)
        {
            throw Malformed($"wire type {_wireType} where {wireType} was expected");
        }
    }

    private readonly FormatException Malformed(string what) => new($"Stored record is malformed at byte {_position}, field {Field}: {what}.");
}
