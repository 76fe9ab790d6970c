using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Configuration;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Micro;

/// <summary>
/// Messages between grains of one domain and nothing else: what calls tell their queues and the domain in their life, sent and delivered in turns of many messages. A turn
/// finds each grain by its key, runs its handler, and writes the rows of all grains it touched at its end.
/// </summary>
internal static class MessageBenchmark
{
    private const int Queues = 200;
    private const int MessagesPerCall = 7;
    private const int Rounds = 5;

    public static void Run(int callsPerTurn, int turns)
    {
        DomainState state = new(DomainId.Of("micro"));
        TurnContext turn = new(state, new DomainLimits());
        Configure(state, turn);
        long sequence = 1;
        for (int round = 0; round < Rounds; round++)
        {
            long messages = 0;
            long rows = 0;
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            long started = TimeProvider.System.GetTimestamp();
            for (int i = 0; i < turns; i++)
            {
                TurnResult result = Turn(state, turn, ++sequence, callsPerTurn);
                messages += result.Messages;
                rows += result.Rows.Count;
            }

            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(started);
            Print($"{messages} messages in {turns} turns ({callsPerTurn * MessagesPerCall} a turn, {rows} rows written): {messages / elapsed.TotalSeconds:F0} messages/s, "
                + $"{(Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / messages:F0} ns CPU and {(double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / messages:F0} bytes a message");
        }
    }

    private static TurnResult Turn(DomainState state, TurnContext turn, long sequence, int calls)
    {
        IReadOnlyList<QueueConfiguration> queues = state.Plan.Configuration.Queues;
        turn.Begin(Input(sequence), []);
        for (int call = 0; call < calls; call++)
        {
            RowKey queue = GrainKind.Of(queues[call % Queues].Id);
            turn.Send(GrainKind.DomainKey, DomainTally.Arrived);
            turn.Send(queue, QueueTally.Entered);
            turn.Send(queue, QueueTally.RingStarted);
            turn.Send(queue, QueueTally.RingEnded);
            turn.Send(queue, new QueueTally(QueueStep.Answered, 1_000));
            turn.Send(GrainKind.DomainKey, DomainTally.Answered);
            turn.Send(queue, new QueueTally(QueueStep.EndedTalking, Outcome: CallOutcome.Answered));
        }

        turn.Deliver();
        return turn.End(CommandReply.Ok);
    }

    private static void Configure(DomainState state, TurnContext turn)
    {
        turn.Begin(Input(1), []);
        DomainConfiguration configuration = new()
        {
            Domain = state.Domain.Id,
            Realm = "micro",
            Queues = [.. Enumerable.Range(0, Queues).Select(static i => new QueueConfiguration { Id = QueueId.Of(Text($"queue{i:D3}")), Name = Text($"Queue {i}") })],
        };
        CommandReply reply = NewConfiguration.Apply(state, new ApplyConfiguration(configuration), turn);
        turn.Deliver();
        turn.End(reply);
    }

    private static TurnInput Input(long sequence) => new()
    {
        NowMs = 1_790_000_000_000 + sequence,
        Sequence = sequence,
        Random = (ulong)sequence,
        Command = new GatewayStarted(GatewayId.Of("gw"), 1),
        ColdRows = [],
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Print(string line) => Console.WriteLine(line);
}
