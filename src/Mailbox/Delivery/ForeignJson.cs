using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;

namespace Routing.Mailbox.Delivery;

/// <summary>
/// JSON that another process wrote, perhaps of a newer release. Names that are not known are passed over; of what has a kind or a word that is not known, only that piece is given up, and never the
/// link or the domain that it came by.
/// </summary>
internal static class ForeignJson
{
    /// <summary>A configuration with a setting that this release does not know is not taken: leaving it out would be told as done.</summary>
    private static readonly JsonTypeInfo<Command> Strict = (JsonTypeInfo<Command>)
        new JsonSerializerOptions(ContractsJson.Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow }.GetTypeInfo(typeof(Command));

    public static Command ReadCommand(ReadOnlySpan<byte> json)
    {
        Command? command = TryRead(json, ContractsJson.Default.Command, out string error);
        if (command is ApplyConfiguration)
        {
            command = TryRead(json, Strict, out error);
        }

        return command ?? new UnknownCommand(json.ToArray(), error);
    }

    public static Effect ReadEffect(ReadOnlySpan<byte> json) =>
        TryRead(json, ContractsJson.Default.Effect, out _) ?? new UnknownEffect(CallIn(json), json.ToArray());

    /// <summary>Null when it cannot be read.</summary>
    public static DomainEvent? ReadEvent(ReadOnlySpan<byte> json) => TryRead(json, ContractsJson.Default.DomainEvent, out _);

    /// <summary>Events of a turn without those that cannot be read.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static TurnEvents ReadTurnEvents(ReadOnlySpan<byte> json)
    {
        if (TryRead(json, ContractsJson.Default.TurnEvents, out _) is { } turn)
        {
            return turn;
        }

        using JsonDocument document = JsonDocument.Parse(json.ToArray());
        return Known(document.RootElement);
    }

    /// <inheritdoc cref="ReadTurnEvents"/>
    public static TurnEvents[] ReadTurnsEvents(ReadOnlySpan<byte> json, JsonTypeInfo<TurnEvents[]> type)
    {
        if (TryRead(json, type, out _) is { } turns)
        {
            return turns;
        }

        using JsonDocument document = JsonDocument.Parse(json.ToArray());
        return [.. document.RootElement.EnumerateArray().Select(Known)];
    }

    public static CommandReply ReadReply(ReadOnlySpan<byte> json) =>
        TryRead(json, ContractsJson.Default.CommandReply, out string error) ?? new CommandReply(ReplyCode.Failed, $"The silo answered what this release does not know: {error}");

    /// <summary>As it is sent and stored.</summary>
    public static byte[] Write(Effect effect) =>
        effect is UnknownEffect unknown ? unknown.Json.ToArray() : JsonSerializer.SerializeToUtf8Bytes(effect, ContractsJson.Default.Effect);

    /// <inheritdoc cref="Write(Effect)"/>
    public static byte[] Write(Command command) =>
        command is UnknownCommand unknown ? unknown.Json.ToArray() : JsonSerializer.SerializeToUtf8Bytes(command, ContractsJson.Default.Command);

    private static TurnEvents Known(JsonElement turn)
    {
        List<DomainEvent> known = [];
        foreach (JsonElement one in turn.GetProperty("events"u8).EnumerateArray())
        {
            if (ReadEvent(System.Text.Encoding.UTF8.GetBytes(one.GetRawText())) is { } fact)
            {
                known.Add(fact);
            }
        }

        return new TurnEvents(turn.GetProperty("sequence"u8).GetInt64(), turn.GetProperty("atMs"u8).GetInt64(), known);
    }

    private static T? TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, out string error)
        where T : class
    {
        error = "nothing was sent";
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or FormatException)
        {
            // A kind that has no name is told as not supported.
            error = exception.Message;
            return null;
        }
    }

    private static CallId CallIn(ReadOnlySpan<byte> json)
    {
        const string unknown = "unknown";
        try
        {
            using JsonDocument document = JsonDocument.Parse(json.ToArray());
            return CallId.Of(document.RootElement.GetProperty("call"u8).GetString() ?? unknown);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return CallId.Of(unknown);
        }
    }
}
