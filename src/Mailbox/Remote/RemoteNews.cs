using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>A reply or an effect as it comes over a link.</summary>
internal readonly struct RemoteNews
{
    /// <summary>Whose input is answered.</summary>
    public DomainId Domain { get; private init; }

    public SenderId Sender { get; private init; }

    public long Incarnation { get; private init; }

    public long Sequence { get; private init; }

    /// <summary>Null in an effect.</summary>
    public CommandReply? Reply { get; private init; }

    /// <summary>For whom the effect is.</summary>
    public GatewayId Gateway { get; private init; }

    /// <summary>Null in a reply.</summary>
    public EffectEnvelope? Effect { get; private init; }

    /// <summary>Reads a frame <see cref="LinkFrameKind.Reply"/> or <see cref="LinkFrameKind.Effect"/>, or all those of a <see cref="LinkFrameKind.Turn"/>.</summary>
    public static void Read(ref FrameReader reader, List<RemoteNews> into)
    {
        if (reader.Kind != LinkFrameKind.Turn)
        {
            into.Add(reader.Kind == LinkFrameKind.Effect ? ReadEffect(ref reader) : ReadReply(ref reader));
            return;
        }

        for (long count = reader.Number(); count > 0; count--)
        {
            FrameReader part = new(reader.Bytes());
            into.Add(part.Kind == LinkFrameKind.Effect ? ReadEffect(ref part) : ReadReply(ref part));
        }
    }

    private static RemoteNews ReadEffect(ref FrameReader reader) => new()
    {
        Gateway = GatewayId.Of(reader.Text()),
        Effect = new EffectEnvelope(DomainId.Of(reader.Text()), reader.Number(), reader.Number(), ForeignJson.ReadEffect(reader.Bytes())),
    };

    private static RemoteNews ReadReply(ref FrameReader reader)
    {
        DomainId domain = DomainId.Of(reader.Text());
        SenderId sender = SenderId.Of(reader.Text());
        long incarnation = reader.Number();
        long sequence = reader.Number();
        ReadOnlySpan<byte> json = reader.Bytes();
        CommandReply reply = json.IsEmpty ? CommandReply.Ok : ForeignJson.ReadReply(json);
        return new RemoteNews { Domain = domain, Sender = sender, Incarnation = incarnation, Sequence = sequence, Reply = reply };
    }
}
