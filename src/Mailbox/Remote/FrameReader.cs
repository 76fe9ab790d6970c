using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Events;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Remote;

/// <summary>Reads a frame piece by piece. Throws <see cref="LinkProtocolException"/> where it ends too early.</summary>
internal ref struct FrameReader
{
    private ReadOnlySpan<byte> _rest;

    /// <param name="frame">Whole, with its first byte.</param>
    public FrameReader(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty)
        {
            throw new LinkProtocolException("An empty frame.");
        }

        Kind = (LinkFrameKind)frame[0];
        _rest = frame[1..];
    }

    public LinkFrameKind Kind { get; }

    /// <summary>A part that came with a later release is there.</summary>
    public readonly bool HasMore => !_rest.IsEmpty;

    public long Number() => Varint.UnZigZag(Unsigned());

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public ReadOnlySpan<byte> Bytes()
    {
        ulong length = Unsigned();
        if (length > (ulong)_rest.Length)
        {
            throw new LinkProtocolException($"A frame {Kind} is cut off.");
        }

        ReadOnlySpan<byte> bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }

    public T Json<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Bytes(), type) ?? throw new LinkProtocolException($"A frame {Kind} holds null.");
        }
        catch (JsonException exception)
        {
            throw new LinkProtocolException($"A frame {Kind} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Events of one turn, without those of kinds that are not known here.</summary>
    public TurnEvents TurnEvents()
    {
        try
        {
            return ForeignJson.ReadTurnEvents(Bytes());
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new LinkProtocolException($"A frame {Kind} cannot be read: {exception.Message}", exception);
        }
    }

    private ulong Unsigned()
    {
        try
        {
            return Varint.Read(ref _rest);
        }
        catch (StoreException exception)
        {
            throw new LinkProtocolException($"A frame {Kind} is cut off.", exception);
        }
    }
}
