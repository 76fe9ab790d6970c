using System.Text;
using Routing.Sip.Parsing;

namespace Routing.Sip.Tests.Parsing;

/// <summary>A message after RFC 4475, and what has to become of it: none means accepted.</summary>
public sealed record TortureMessage(string Name, byte[] Bytes, SipRejectionReason Reason)
{
    /// <param name="text">Lines end in LF here and in CRLF on the wire; «hh» is one byte in hex; a body follows the empty line.</param>
    public static TortureMessage Of(string name, SipRejectionReason reason, string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\n':
                    bytes.AddRange("\r\n"u8);
                    break;
                case '«':
                    bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                    i += 3;
                    break;
                default:
                    var rune = Rune.GetRuneAt(text, i);
                    bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                    i += rune.Utf16SequenceLength - 1;
                    break;
            }
        }

        return new TortureMessage(name, [.. bytes], reason);
    }

    public override string ToString() => Name;
}
