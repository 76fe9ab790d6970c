using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Records;

namespace Routing.Grains.Agent;

/// <summary>A registered contact with what RFC 3261 §10.3 step 7 compares: the Call-ID and CSeq that set it.</summary>
internal sealed class BindingRecord
{
    public required PhoneBinding Binding { get; init; }

    public required string SipCallId { get; init; }

    public required uint CSeq { get; init; }

    public UnknownFields Unknown { get; init; }

    public static BindingRecord Read(ReadOnlySpan<byte> bytes)
    {
        UnknownFields unknown = default;
        string gateway = string.Empty;
        string contact = string.Empty;
        string? flow = null;
        string source = string.Empty;
        long expiresAtMs = 0;
        string? instance = null;
        string? userAgent = null;
        List<string>? path = null;
        string callId = string.Empty;
        uint cseq = 0;
        string? edge = null;
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: gateway = reader.Repeated(); break;
                case 2: contact = reader.Text(); break;
                case 3: flow = reader.Text(); break;
                case 4: source = reader.Text(); break;
                case 5: expiresAtMs = reader.Number(); break;
                case 6: instance = reader.Text(); break;
                case 7: userAgent = reader.Repeated(); break;
                case 8: (path ??= []).Add(reader.Repeated()); break;
                case 9: callId = reader.Text(); break;
                case 10: cseq = checked((uint)reader.Number()); break;
                case 11: edge = reader.Text(); break;
                default: reader.Keep(ref unknown); break;
            }
        }

        return new BindingRecord
        {
            Binding = new PhoneBinding(GatewayId.Of(gateway), contact, flow, source, expiresAtMs, instance, userAgent, path is null ? [] : path, edge),
            SipCallId = callId,
            CSeq = cseq,
            Unknown = unknown,
        };
    }

    public void Write(RecordWriter writer, int field)
    {
        int start = writer.Begin(field);
        writer.Text(1, Binding.Gateway.Value);
        writer.Text(2, Binding.Contact);
        writer.Text(3, Binding.Flow);
        writer.Text(4, Binding.Source);
        writer.Number(5, Binding.ExpiresAtMs);
        writer.Text(6, Binding.InstanceId);
        writer.Text(7, Binding.UserAgent);
        foreach (string hop in Binding.Path)
        {
            writer.Text(8, hop);
        }

        writer.Text(9, SipCallId);
        writer.Number(10, CSeq);
        writer.Text(11, Binding.Edge);
        writer.Unknown(Unknown);
        writer.End(start);
    }
}
