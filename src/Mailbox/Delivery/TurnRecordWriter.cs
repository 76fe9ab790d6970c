using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Serialization;

namespace Routing.Mailbox.Delivery;

/// <summary>
/// Packs the turns of a batch into the form that <see cref="TurnRecord"/> reads. All bytes of a batch lie in a few large blocks that are used again by the next one:
/// what it returns is valid until <see cref="Reset"/>.
/// </summary>
internal sealed class TurnRecordWriter : IDisposable
{
    private const int BlockBytes = 1 << 18;

    private readonly ArrayBufferWriter<byte> _turn = new(4096);
    private readonly ArrayBufferWriter<byte> _json = new(4096);
    private readonly Utf8JsonWriter _writer;
    private byte[] _block = new byte[BlockBytes];
    private int _used;

    public TurnRecordWriter() => _writer = new Utf8JsonWriter(_json, new JsonWriterOptions { SkipValidation = true });

    public void Reset()
    {
        _used = 0;
        if (_block.Length > BlockBytes)
        {
            _block = new byte[BlockBytes];
        }
    }

    public void Dispose() => _writer.Dispose();

    /// <summary>Packs one turn. <paramref name="effectSequences"/> has the number of each effect.</summary>
    public ReadOnlyMemory<byte> Write(LaneInput? input, TurnResult result, ReadOnlySpan<long> effectSequences, TurnInput? record)
    {
        _turn.ResetWrittenCount();
        _turn.GetSpan(1)[0] = TurnRecord.Version;
        _turn.Advance(1);
        Text(input?.Sender.Value ?? string.Empty);
        Varint.Write(_turn, (ulong)(input?.Incarnation ?? 0));
        Varint.Write(_turn, (ulong)(input?.Sequence ?? 0));
        if (result.Reply == CommandReply.Ok)
        {
            Varint.Write(_turn, 0);
        }
        else
        {
            Json(result.Reply, ContractsJson.Default.CommandReply);
        }

        Varint.Write(_turn, (ulong)result.Effects.Count);
        for (int i = 0; i < result.Effects.Count; i++)
        {
            AddressedEffect effect = result.Effects[i];
            Text(effect.Gateway.Value);
            Varint.Write(_turn, (ulong)effectSequences[i]);
            Json(effect.Effect, ContractsJson.Default.Effect);
        }

        Varint.Write(_turn, (ulong)result.Events.Count);
        for (int i = 0; i < result.Events.Count; i++)
        {
            Json(result.Events[i], ContractsJson.Default.DomainEvent);
        }

        WriteInput(record);
        return Keep(_turn.WrittenSpan);
    }

    private void WriteInput(TurnInput? record)
    {
        if (record is null)
        {
            Varint.Write(_turn, 0);
            return;
        }

        Json(record.Command, ContractsJson.Default.Command);
        BinaryPrimitives.WriteUInt64LittleEndian(_turn.GetSpan(sizeof(ulong)), record.Random);
        _turn.Advance(sizeof(ulong));
    }

    private void Text(string text)
    {
        // Identifiers are ASCII, at most 128 characters: one byte of length each way.
        Varint.Write(_turn, (ulong)Encoding.UTF8.GetByteCount(text));
        _turn.Advance(Encoding.UTF8.GetBytes(text, _turn.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }

    private void Json<T>(T value, JsonTypeInfo<T> type)
    {
        _json.ResetWrittenCount();
        _writer.Reset();
        JsonSerializer.Serialize(_writer, value, type);
        _writer.Flush();
        Varint.Write(_turn, (ulong)_json.WrittenCount);
        _turn.Write(_json.WrittenSpan);
    }

    private ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _block.Length - _used)
        {
            // The old block lives on in the turns that were cut from it.
            _block = new byte[Math.Max(_block.Length, bytes.Length)];
            _used = 0;
        }

        Memory<byte> kept = _block.AsMemory(_used, bytes.Length);
        bytes.CopyTo(kept.Span);
        _used += bytes.Length;
        return kept;
    }
}
