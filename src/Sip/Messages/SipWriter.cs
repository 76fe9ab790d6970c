using System.Buffers;
using System.Globalization;
using System.Text;

namespace Routing.Sip.Messages;

/// <summary>
/// Writes messages as bytes: one value a line, long header names, CRLF, UTF-8, and a Content-Length that is always right.
/// </summary>
public static class SipWriter
{
    private const int InitialBufferBytes = 1024;
    private const int MaxUtf8BytesPerChar = 3;

    /// <exception cref="InvalidOperationException">Method, Request-URI or reason phrase contain a line break.</exception>
    public static void Write(SipMessage message, IBufferWriter<byte> output)
    {
        switch (message)
        {
            case SipRequest request:
                WriteText(output, Checked(request.Method));
                WriteText(output, " ");
                WriteText(output, Checked(request.RequestUri.ToString()));
                output.Write(" SIP/2.0\r\n"u8);
                break;
            case SipResponse response:
                output.Write("SIP/2.0 "u8);
                WriteNumber(output, response.StatusCode);
                WriteText(output, " ");
                WriteText(output, Checked(response.ReasonPhrase));
                output.Write("\r\n"u8);
                break;
            default:
                throw new ArgumentException("Neither request nor response.", nameof(message));
        }

        foreach (var header in message.Headers)
        {
            if (header.Id != HeaderId.ContentLength)
            {
                WriteText(output, header.Name);
                output.Write(": "u8);
                WriteText(output, header.Value);
                output.Write("\r\n"u8);
            }
        }

        output.Write("Content-Length: "u8);
        WriteNumber(output, message.Body.Length);
        output.Write("\r\n\r\n"u8);
        output.Write(message.Body.Span);
    }

    /// <summary>The message as an array of its own, for transports that keep it to send it again.</summary>
    public static byte[] ToArray(SipMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(InitialBufferBytes);
        Write(message, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static string Checked(string text) =>
        SipText.IsOneLine(text) ? text : throw new InvalidOperationException("A start line cannot contain a line break or NUL.");

    private static void WriteText(IBufferWriter<byte> output, string text)
    {
        var span = output.GetSpan(text.Length * MaxUtf8BytesPerChar);
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private static void WriteNumber(IBufferWriter<byte> output, int number)
    {
        var span = output.GetSpan(10);
        number.TryFormat(span, out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
    }
}
