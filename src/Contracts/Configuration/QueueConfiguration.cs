using System.Text.Json.Serialization;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Contracts.Configuration;

/// <summary>A queue. Times are milliseconds.</summary>
/// <remarks><inheritdoc cref="DomainConfiguration" path="/remarks"/></remarks>
public sealed record QueueConfiguration
{
    public const int MaxBorrowCount = 4;

    private const string Tone = "tone";

    private static readonly OfferFailurePolicy NoAnswer = new(AgentAfterFailure.NotReady, "ring-no-answer", 0);
    private static readonly OfferFailurePolicy Declined = new(AgentAfterFailure.Ready, null, 0);
    private static readonly OfferFailurePolicy LeftByCaller = new(AgentAfterFailure.Ready, null, 0);
    private static readonly OfferFailurePolicy Unreachable = new(AgentAfterFailure.NotReady, "unreachable", 60_000);

    public required QueueId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>What an agent must have, all of them; empty: any agent of the domain may serve.</summary>
    public IReadOnlyList<SkillLevel> Needs { get; init => field = value ?? []; } = [];

    /// <summary>What an agent must meet besides <see cref="Needs"/>; null: nothing.</summary>
    public NeedExpression? Condition { get; init; }

    /// <summary>What counts instead of needs and condition from some wait on, by rising <see cref="RingConfiguration.AfterMs"/>. At most 10.</summary>
    public IReadOnlyList<RingConfiguration> Rings { get; init => field = value ?? []; } = [];

    /// <summary>The agent who should have the queue's calls; null: nobody in particular.</summary>
    public PreferConfiguration? Prefer { get; init; }

    public AgentStrategy Strategy { get; init; } = AgentStrategy.LongestIdle;

    /// <summary>Priority of calls that bring none; higher is served first. −1000 to 1000.</summary>
    public int Priority { get; init; }

    /// <summary>Among calls whose (aged) priority is equal, and under <see cref="CallOrder.Deadline"/> their slack, those of the queue with the higher weight are served first. 0 to 1000.</summary>
    public int Weight { get; init; }

    [JsonIgnore]
    public AnswerMode Answer { get; init; } = AnswerMode.OnQueue;

    [JsonInclude]
    [JsonPropertyName("answer")]
    internal AnswerMode? StoredAnswer
    {
        get => Answer;
        init => Answer = value ?? Answer;
    }

    /// <summary>
    /// At most so many agents ring for a call at the same time; the first who answers has it, the others stop in the same moment. Calls that ring nobody come
    /// first: a second agent is rung only while no such call waits for them. 1 to 50; 50 is the field's ring-all.
    /// </summary>
    public int Offers { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>RONA after this.</summary>
    public int RingTimeoutMs { get; init => field = value == 0 ? 15_000 : value; } = 15_000;

    /// <summary>Time for after-call work; 0 for none.</summary>
    public int WrapUpMs { get; init; }

    /// <summary>T of the service level.</summary>
    [JsonIgnore]
    public int ServiceLevelMs { get; init; } = 20_000;

    [JsonInclude]
    [JsonPropertyName("serviceLevelMs")]
    internal int? StoredServiceLevelMs
    {
        get => ServiceLevelMs;
        init => ServiceLevelMs = value ?? ServiceLevelMs;
    }

    /// <summary>Longest wait in this queue, then <see cref="OverflowTo"/> or rejection; 0: no limit.</summary>
    public int TimeoutMs { get; init; }

    /// <summary>Where a call goes when its wait is over; null: it is rejected with <see cref="RejectStatus"/>.</summary>
    public QueueId? OverflowTo { get; init; }

    /// <summary>Final response of a rejected call, 400–699.</summary>
    public int RejectStatus { get; init => field = value == 0 ? 480 : value; } = 480;

    /// <summary>
    /// Other ways out of the queue, at most one for each condition. The first in the list that holds acts, but for closing hours, which come before all. A
    /// <see cref="OverflowCondition.Wait"/> is the long form of <see cref="TimeoutMs"/> and <see cref="OverflowTo"/>, which are 0 and null then.
    /// </summary>
    public IReadOnlyList<OverflowRule> Overflow { get; init => field = value ?? []; } = [];

    /// <summary>Domains that are asked for an agent besides, each from a wait on. At most <see cref="MaxBorrowCount"/>.</summary>
    public IReadOnlyList<BorrowRule> Borrow { get; init => field = value ?? []; } = [];

    /// <summary>Domains whose calls may ask for agents of this queue; nobody else's may.</summary>
    public IReadOnlyList<DomainId> Guests { get; init => field = value ?? []; } = [];

    /// <summary>Not the same agent again for the same call within this, after any kind of failed offer.</summary>
    [JsonIgnore]
    public int CoolOffMs { get; init; } = 30_000;

    [JsonInclude]
    [JsonPropertyName("coolOffMs")]
    internal int? StoredCoolOffMs
    {
        get => CoolOffMs;
        init => CoolOffMs = value ?? CoolOffMs;
    }

    /// <summary>What happens to an agent who does not answer: by default not ready, reason "ring-no-answer".</summary>
    public OfferFailurePolicy OnNoAnswer { get; init => field = value ?? NoAnswer; } = NoAnswer;

    /// <summary>… who declines: stays ready (for other calls at once, for this one after the cool-off).</summary>
    public OfferFailurePolicy OnDecline { get; init => field = value ?? Declined; } = Declined;

    /// <summary>… whose phone cannot be reached: not ready until it registers again, or for a minute.</summary>
    public OfferFailurePolicy OnUnreachable { get; init => field = value ?? Unreachable; } = Unreachable;

    /// <summary>… while whose phone rang the caller hung up: stays ready, and the idle time goes on.</summary>
    public OfferFailurePolicy OnCallerLeft { get; init => field = value ?? LeftByCaller; } = LeftByCaller;

    /// <summary>Hold media; "tone" is the built-in tone.</summary>
    public string HoldMedia { get; init => field = value ?? Tone; } = Tone;
}
