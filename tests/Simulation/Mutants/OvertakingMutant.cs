using System.Text.Json;
using System.Text.RegularExpressions;
using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;
using Routing.Simulation.Running;

namespace Routing.Simulation.Mutants;

/// <summary>
/// Serves calls of a queue in the wrong order and hides it well: from the moment of an offer on, the call that should have come first and another that waits
/// in the same queue have changed names, in everything that goes in and out, while their views keep their own times and places.
/// </summary>
internal sealed class OvertakingMutant(IDomainMachine inner, SimRandom random) : MutantMachine(inner)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CallView> _waiting = new(StringComparer.Ordinal);

    public override void NameColdRows(Command command, ICollection<RowKey> keys) => Inner.NameColdRows(Inward(command), keys);

    public override TurnResult Turn(TurnInput input)
    {
        TurnResult result = Inner.Turn(input with { Command = Inward(input.Command) });
        foreach (DomainEvent fact in result.Events)
        {
            if (fact is OfferMade made && random.Chance(300))
            {
                Swap(made.Offer.Call.Value, made.Queue.Value);
                break;
            }
        }

        TurnResult outward = _names.Count == 0 ? result : result with
        {
            Effects = [.. result.Effects.Select(effect => effect with { Effect = Renamed(effect.Effect, ContractsJson.Default.Effect) })],
            Events = [.. result.Events.Select(fact => Keep(Renamed(fact, ContractsJson.Default.DomainEvent)))],
        };
        foreach (DomainEvent fact in outward.Events)
        {
            Follow(fact);
        }

        return outward;
    }

    private void Swap(string first, string queue)
    {
        string? other = _waiting.Values.FirstOrDefault(call =>
            call.Id.Value != first && call.State == CallState.Waiting && call.Queue?.Value == queue && !_names.ContainsKey(call.Id.Value))?.Id.Value;
        if (other is not null && !_names.ContainsKey(first) && _waiting.ContainsKey(first))
        {
            _names[first] = other;
            _names[other] = first;
        }
    }

    private Command Inward(Command command) => _names.Count == 0 || command is TimerDue ? command : Renamed(command, ContractsJson.Default.Command);

    private T Renamed<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        string json = JsonSerializer.Serialize(value, type);
        string renamed = Regex.Replace(json, "\"(c[0-9]+)(?=[\".])", match => '"' + _names.GetValueOrDefault(match.Groups[1].Value, match.Groups[1].Value));
        return JsonSerializer.Deserialize(renamed, type)!;
    }

    private DomainEvent Keep(DomainEvent fact) => fact is CallChanged changed && _waiting.TryGetValue(changed.Call.Id.Value, out CallView? own)
        ? new CallChanged(changed.Call with
        {
            ArrivedMs = own.ArrivedMs,
            EnqueuedMs = own.EnqueuedMs,
            OrderMs = own.OrderMs,
            OrderNumber = own.OrderNumber,
            Ani = own.Ani,
            Dnis = own.Dnis,
            Priority = own.Priority,
        })
        : fact;

    private void Follow(DomainEvent fact)
    {
        if (fact is CallChanged { Call.State: CallState.Ended } ended)
        {
            _waiting.Remove(ended.Call.Id.Value);
        }
        else if (fact is CallChanged changed)
        {
            _waiting[changed.Call.Id.Value] = changed.Call;
        }
    }
}
