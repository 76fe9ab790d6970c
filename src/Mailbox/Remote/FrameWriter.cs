using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Remote;

/// <summary>Writes one frame after the other into the same memory: what <see cref="Written"/> gives is valid until the next <see cref="Begin"/> on this thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "One a thread, for as long as that lives; the writer holds no more than memory.")]
internal sealed class FrameWriter
{
    [ThreadStatic]
    private static FrameWriter? _ofThread;

    private readonly ArrayBufferWriter<byte> _frame = new(4_096);
    private readonly ArrayBufferWriter<byte> _json = new(4_096);
    private readonly Utf8JsonWriter _writer;

    private FrameWriter() => _writer = new Utf8JsonWriter(_json, new JsonWriterOptions { SkipValidation = true });

    public ReadOnlySpan<byte> Written => _frame.WrittenSpan;

    public static FrameWriter Begin(LinkFrameKind kind)
    {
        FrameWriter writer = _ofThread ??= new FrameWriter();
        writer._frame.ResetWrittenCount();
        writer._frame.GetSpan(1)[0] = (byte)kind;
        writer._frame.Advance(1);
        return writer;
    }

    public FrameWriter Number(long number)
    {
        Varint.Write(_frame, Varint.ZigZag(number));
        return this;
    }

    public FrameWriter Text(string text)
    {
        Varint.Write(_frame, (ulong)Encoding.UTF8.GetByteCount(text));
        _frame.Advance(Encoding.UTF8.GetBytes(text, _frame.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
        return this;
    }

    public FrameWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        Varint.Write(_frame, (ulong)bytes.Length);
        _frame.Write(bytes);
        return this;
    }

    /// <summary>Bytes without their length.</summary>
    public FrameWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _frame.Write(bytes);
        return this;
    }

    public FrameWriter Json<T>(T value, JsonTypeInfo<T> type)
    {
        _json.ResetWrittenCount();
        _writer.Reset();
        JsonSerializer.Serialize(_writer, value, type);
        _writer.Flush();
        return Bytes(_json.WrittenSpan);
    }
}
