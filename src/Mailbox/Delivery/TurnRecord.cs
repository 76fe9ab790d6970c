using System.Text;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Delivery;

/// <summary>
/// Reads the stored form of a turn, written by <see cref="TurnRecordWriter"/>: a version byte, the sender, then reply, effects and events, each the JSON of
/// Contracts behind its length, so that a reader skips what it does not want. Numbers are <see cref="Varint"/>s.
/// <code>
/// version=1 | sender: length text incarnation sequence | reply: length JSON (length 0 = Ok)
///           | effects: count (gateway: length text, sequence, length JSON)* | events: count (length JSON)* | input: length JSON (0 = not recorded) [random: 8 bytes]
/// </code>
/// </summary>
public static class TurnRecord
{
    public const byte Version = 1;

    /// <exception cref="StoreException">Damaged, or of a newer version.</exception>
    public static CommandReply ReadReply(ReadOnlySpan<byte> payload)
    {
        SkipSender(ref payload);
        ReadOnlySpan<byte> json = Piece(ref payload);
        return json.IsEmpty
            ? CommandReply.Ok
            : ForeignJson.ReadReply(json);
    }

    /// <summary>Calls <paramref name="take"/> with gateway, number and effect, in order.</summary>
    public static void ReadEffects(ReadOnlySpan<byte> payload, Action<GatewayId, long, Effect> take)
    {
        SkipSender(ref payload);
        Piece(ref payload);
        ulong count = Varint.Read(ref payload);
        for (ulong i = 0; i < count; i++)
        {
            GatewayId gateway = GatewayId.Of(Encoding.UTF8.GetString(Piece(ref payload)));
            long sequence = (long)Varint.Read(ref payload);
            take(gateway, sequence, ForeignJson.ReadEffect(Piece(ref payload)));
        }
    }

    /// <summary>The events of the turn, or null when it had none.</summary>
    public static TurnEvents? ReadEvents(StoredTurn turn)
    {
        ReadOnlySpan<byte> payload = turn.Payload.Span;
        SkipSender(ref payload);
        Piece(ref payload);
        ulong effects = Varint.Read(ref payload);
        for (ulong i = 0; i < effects; i++)
        {
            Piece(ref payload);
            Varint.Read(ref payload);
            Piece(ref payload);
        }

        int count = (int)Varint.Read(ref payload);
        if (count == 0)
        {
            return null;
        }

        List<DomainEvent> events = new(Math.Min(count, payload.Length));
        for (int i = 0; i < count; i++)
        {
            // Those of a newer release are passed over, as by any reader.
            if (ForeignJson.ReadEvent(Piece(ref payload)) is { } known)
            {
                events.Add(known);
            }
        }

        return new TurnEvents(turn.Sequence, turn.AtMs, events);
    }

    private static void SkipSender(ref ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload[0] != Version)
        {
            throw new StoreException(
                payload.IsEmpty || payload[0] == 0 ? StoreFailure.Corrupt : StoreFailure.TooNew,
                $"A stored turn has version {(payload.IsEmpty ? 0 : payload[0])}; this program reads {Version}.");
        }

        payload = payload[1..];
        Piece(ref payload);
        Varint.Read(ref payload);
        Varint.Read(ref payload);
    }

    private static ReadOnlySpan<byte> Piece(ref ReadOnlySpan<byte> payload)
    {
        ulong length = Varint.Read(ref payload);
        if (length > (ulong)payload.Length)
        {
            throw Damaged("turn");
        }

        ReadOnlySpan<byte> piece = payload[..(int)length];
        payload = payload[(int)length..];
        return piece;
    }

    private static StoreException Damaged(string what) => new(StoreFailure.Corrupt, $"A stored {what} is damaged.");
}
