using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;

namespace Routing.Simulation.Mutants;

/// <summary>A queue in which calls wait keeps its old rules until it is configured while it is empty: callers finish under the rules that they came under.</summary>
/// <param name="inner">Sound.</param>
/// <param name="inForce">The configurations that domains were given; it outlives the machine.</param>
internal sealed class OldRulesMutant(IDomainMachine inner, Dictionary<DomainId, DomainConfiguration> inForce) : MutantMachine(inner)
{
    private readonly HashSet<QueueId> _waiting = [];

    public override void Activate()
    {
        base.Activate();
        _waiting.UnionWith(Inner.Snapshot().Queues.Where(queue => queue.Waiting > 0).Select(queue => queue.Id));
    }

    public override void NameColdRows(Command command, ICollection<RowKey> keys) => Inner.NameColdRows(Mutated(command), keys);

    public override TurnResult Turn(TurnInput input)
    {
        Command command = Mutated(input.Command);
        TurnResult result = Inner.Turn(input with { Command = command });
        if (command is ApplyConfiguration apply && result.Reply is ConfigurationReply { IsChanged: true })
        {
            inForce[Inner.Domain] = apply.Configuration;
        }

        foreach (QueueChanged changed in result.Events.OfType<QueueChanged>())
        {
            if (changed.Queue.Waiting > 0)
            {
                _waiting.Add(changed.Queue.Id);
            }
            else
            {
                _waiting.Remove(changed.Queue.Id);
            }
        }

        return result;
    }

    /// <summary>What was meant stands in a part that routes nothing, so that the machine sees a change where there is one.</summary>
    private Command Mutated(Command command) => command is ApplyConfiguration apply
        ? apply with
        {
            Configuration = apply.Configuration with
            {
                Queues = [.. apply.Configuration.Queues.Select(queue => Kept(queue, inForce.GetValueOrDefault(Inner.Domain)))],
                Hosts = [JsonSerializer.Serialize(apply.Configuration, ContractsJson.Default.DomainConfiguration)],
            },
        }
        : command;

    private QueueConfiguration Kept(QueueConfiguration queue, DomainConfiguration? old) =>
        _waiting.Contains(queue.Id) && old?.Queues.FirstOrDefault(former => former.Id == queue.Id) is { } former
            ? queue with
            {
                Needs = former.Needs,
                Condition = former.Condition,
                Rings = former.Rings,
                Strategy = former.Strategy,
                TimeoutMs = queue.TimeoutMs == 0 || former.TimeoutMs == 0 ? queue.TimeoutMs : former.TimeoutMs,
            }
            : queue;
}
