using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Serialization;

namespace Routing.Simulation.Engine;

/// <summary>Compares two results of the same turn byte for byte.</summary>
internal static class TurnComparison
{
    /// <summary>The first difference, or null.</summary>
    public static string? Find(TurnResult first, TurnResult second)
    {
        if (Json(first.Reply) is var reply && reply != Json(second.Reply))
        {
            return $"reply {reply} and {Json(second.Reply)}";
        }

        if (first.Rows.Count != second.Rows.Count)
        {
            return $"rows {Keys(first)} and {Keys(second)}";
        }

        for (int i = 0; i < first.Rows.Count; i++)
        {
            RowChange a = first.Rows[i];
            RowChange b = second.Rows[i];
            bool same = a.Key == b.Key && a.ExpiresAtMs == b.ExpiresAtMs && a.Bytes.HasValue == b.Bytes.HasValue
                && (!a.Bytes.HasValue || a.Bytes.Value.Span.SequenceEqual(b.Bytes!.Value.Span));
            if (!same)
            {
                return $"row {a.Key} {Hex(a)} and {b.Key} {Hex(b)}";
            }
        }

        if (first.Effects.Count != second.Effects.Count || first.Events.Count != second.Events.Count)
        {
            return $"{first.Effects.Count} effects, {first.Events.Count} events and {second.Effects.Count} effects, {second.Events.Count} events";
        }

        return FindInEffects(first, second) ?? FindInEvents(first, second);
    }

    private static string? FindInEffects(TurnResult first, TurnResult second)
    {
        for (int i = 0; i < first.Effects.Count; i++)
        {
            AddressedEffect a = first.Effects[i];
            AddressedEffect b = second.Effects[i];
            if (a != b && (a.Gateway != b.Gateway || Json(a.Effect) != Json(b.Effect)))
            {
                return $"effect {Json(a.Effect)} and {Json(b.Effect)}";
            }
        }

        return null;
    }

    private static string? FindInEvents(TurnResult first, TurnResult second)
    {
        for (int i = 0; i < first.Events.Count; i++)
        {
            if (!first.Events[i].Equals(second.Events[i]) && Json(first.Events[i]) is var json && json != Json(second.Events[i]))
            {
                return $"event {json} and {Json(second.Events[i])}";
            }
        }

        return null;
    }

    private static string Keys(TurnResult result) => string.Join(' ', result.Rows.Select(row => row.Key));

    private static string Hex(RowChange row) => row.Bytes is { } bytes ? Convert.ToHexString(bytes.Span) : "deleted";

    private static string Json(CommandReply reply) => JsonSerializer.Serialize(reply, ContractsJson.Default.CommandReply);

    private static string Json(Effect effect) => JsonSerializer.Serialize(effect, ContractsJson.Default.Effect);

    private static string Json(DomainEvent fact) => JsonSerializer.Serialize(fact, ContractsJson.Default.DomainEvent);
}
