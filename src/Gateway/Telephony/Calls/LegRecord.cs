using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Routing.Sip.Dialogs;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// The durable part of a leg as bytes: what rebuilding it after a crash needs. A version byte, then tagged fields (tag, length, bytes); a reader
/// skips tags that it does not know, and a field that is not there has its default.
/// </summary>
internal sealed record LegRecord
{
    private const byte Version = 1;
    private const int FieldHeaderBytes = 5;

    private enum Tag : byte
    {
        Leg = 1,
        Flow = 2,
        Invite = 3,
        Phase = 4,
        HoldEndPoint = 5,
        DescriptionVersion = 6,
        DescriptionSent = 7,
        DescriptionRemote = 8,
        DialogIds = 9,
        DialogAddresses = 10,
        RouteSet = 11,
        Numbers = 12,
        Branch = 13,
        Incarnation = 14,
        UsesFlow = 15,
        AllowsUpdate = 16,
    }

    /// <summary>"caller" or "agent-N".</summary>
    public required string Leg { get; init; }

    /// <summary>Name of the flow that the INVITE came by or left by; empty when not known.</summary>
    public string Flow { get; init; } = "";

    /// <summary>The whole INVITE as received (with received and rport filled in) or sent; empty once the dialog stands for itself.</summary>
    public ReadOnlyMemory<byte> Invite { get; init; }

    /// <summary><see cref="CallerPhase"/> as a number; 0 for an agent's leg.</summary>
    public int Phase { get; init; }

    /// <summary>Address and port of hold media; empty when there is none.</summary>
    public string HoldEndPoint { get; init; } = "";

    /// <summary>Version of the o= line sent last.</summary>
    public long DescriptionVersion { get; init; }

    public string DescriptionSent { get; init; } = "";

    public string DescriptionRemote { get; init; } = "";

    /// <summary>Of the gateway that wrote this: CSeq numbers used since then by later ones are not in <see cref="Dialog"/>.</summary>
    public long Incarnation { get; init; }

    /// <summary>Requests go down <see cref="Flow"/> and not to the Contact.</summary>
    public bool UsesFlow { get; init; }

    /// <summary>The other end's Allow has UPDATE.</summary>
    public bool AllowsUpdate { get; init; }

    /// <summary>Index of the binding that answered; 0 for the caller.</summary>
    public int Branch { get; init; }

    public DialogSnapshot? Dialog { get; init; }

    public byte[] ToBytes() => ToBytes(new ArrayBufferWriter<byte>());

    /// <param name="output">A buffer to write in, used again for each record.</param>
    public byte[] ToBytes(ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        output.Write([Version]);
        Write(output, Tag.Leg, Leg);
        Write(output, Tag.Flow, Flow);
        WriteBytes(output, Tag.Invite, Invite.Span);
        Write(output, Tag.Phase, Text(Phase));
        Write(output, Tag.HoldEndPoint, HoldEndPoint);
        Write(output, Tag.DescriptionVersion, Text(DescriptionVersion));
        Write(output, Tag.DescriptionSent, DescriptionSent);
        Write(output, Tag.DescriptionRemote, DescriptionRemote);
        Write(output, Tag.Branch, Text(Branch));
        Write(output, Tag.Incarnation, Text(Incarnation));
        Write(output, Tag.UsesFlow, UsesFlow ? "1" : "");
        Write(output, Tag.AllowsUpdate, AllowsUpdate ? "1" : "");
        if (Dialog is { } dialog)
        {
            Write(output, Tag.DialogIds, Lines(dialog.CallId, dialog.LocalTag, dialog.RemoteTag));
            Write(output, Tag.DialogAddresses, Lines(dialog.LocalAddress, dialog.RemoteAddress, dialog.LocalContact, dialog.RemoteTarget));
            Write(output, Tag.RouteSet, Lines([.. dialog.RouteSet]));
            Write(output, Tag.Numbers, Lines(Text(dialog.LocalCSeq), dialog.RemoteCSeq is { } remote ? Text(remote) : "", dialog.IsSecure ? "1" : "0", Text((int)dialog.State)));
        }

        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The bytes were not written by <see cref="ToBytes()"/> of this version or an older one.</exception>
    public static LegRecord Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] is 0 or > Version)
        {
            throw new FormatException("The record of a leg is of a newer version, or none at all.");
        }

        Dictionary<Tag, byte[]> fields = [];
        var rest = bytes[1..];
        while (!rest.IsEmpty)
        {
            int length = rest.Length >= FieldHeaderBytes ? BinaryPrimitives.ReadInt32LittleEndian(rest[1..]) : -1;
            if (length < 0 || length > rest.Length - FieldHeaderBytes)
            {
                throw new FormatException("The record of a leg is cut off.");
            }

            fields[(Tag)rest[0]] = rest.Slice(FieldHeaderBytes, length).ToArray();
            rest = rest[(FieldHeaderBytes + length)..];
        }

        return new LegRecord
        {
            Leg = Read(fields, Tag.Leg),
            Flow = Read(fields, Tag.Flow),
            Invite = fields.GetValueOrDefault(Tag.Invite),
            Phase = (int)Number(Read(fields, Tag.Phase)),
            HoldEndPoint = Read(fields, Tag.HoldEndPoint),
            DescriptionVersion = Number(Read(fields, Tag.DescriptionVersion)),
            DescriptionSent = Read(fields, Tag.DescriptionSent),
            DescriptionRemote = Read(fields, Tag.DescriptionRemote),
            Branch = (int)Number(Read(fields, Tag.Branch)),
            Incarnation = Number(Read(fields, Tag.Incarnation)),
            UsesFlow = Read(fields, Tag.UsesFlow).Length > 0,
            AllowsUpdate = Read(fields, Tag.AllowsUpdate).Length > 0,
            Dialog = ReadDialog(fields),
        };
    }

    private static DialogSnapshot? ReadDialog(Dictionary<Tag, byte[]> fields)
    {
        var ids = Read(fields, Tag.DialogIds).Split('\n');
        var addresses = Read(fields, Tag.DialogAddresses).Split('\n');
        var numbers = Read(fields, Tag.Numbers).Split('\n');
        if (ids.Length != 3 || addresses.Length != 4 || numbers.Length != 4)
        {
            return null;
        }

        string routes = Read(fields, Tag.RouteSet);
        return new DialogSnapshot
        {
            CallId = ids[0],
            LocalTag = ids[1],
            RemoteTag = ids[2],
            LocalAddress = addresses[0],
            RemoteAddress = addresses[1],
            LocalContact = addresses[2],
            RemoteTarget = addresses[3],
            RouteSet = routes.Length == 0 ? [] : routes.Split('\n'),
            LocalCSeq = (int)Number(numbers[0]),
            RemoteCSeq = numbers[1].Length == 0 ? null : (int)Number(numbers[1]),
            IsSecure = numbers[2] == "1",
            State = (DialogState)Number(numbers[3]),
        };
    }

    private static void Write(ArrayBufferWriter<byte> output, Tag tag, string value)
    {
        if (value.Length > 0)
        {
            var field = output.GetSpan(FieldHeaderBytes + Encoding.UTF8.GetMaxByteCount(value.Length));
            int length = Encoding.UTF8.GetBytes(value, field[FieldHeaderBytes..]);
            WriteHeader(field, tag, length);
            output.Advance(FieldHeaderBytes + length);
        }
    }

    private static void WriteBytes(ArrayBufferWriter<byte> output, Tag tag, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return;
        }

        WriteHeader(output.GetSpan(FieldHeaderBytes), tag, value.Length);
        output.Advance(FieldHeaderBytes);
        output.Write(value);
    }

    private static void WriteHeader(Span<byte> field, Tag tag, int length)
    {
        field[0] = (byte)tag;
        BinaryPrimitives.WriteInt32LittleEndian(field[1..], length);
    }

    /// <summary>Header values never contain a line break, so a line break separates them.</summary>
    private static string Lines(params ReadOnlySpan<string> values) => string.Join('\n', values!);

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Read(Dictionary<Tag, byte[]> fields, Tag tag) => fields.TryGetValue(tag, out var value) ? Encoding.UTF8.GetString(value) : "";

    private static long Number(string text) => text.Length == 0 ? 0 : long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
