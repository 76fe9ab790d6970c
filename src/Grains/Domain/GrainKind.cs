using System.Globalization;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Grains.Domain;

/// <summary>The kinds of rows (<see cref="RowKey.Kind"/>). The numbers are stored: never reuse one.</summary>
public static class GrainKind
{
    /// <summary>Counters and sequences of the domain.</summary>
    public const byte Domain = 1;
    public const byte Configuration = 2;
    public const byte Agent = 3;
    public const byte Queue = 4;

    /// <summary>Live calls.</summary>
    public const byte Call = 5;

    /// <summary>Durable parts of dialogs, opaque; id is "call/leg".</summary>
    public const byte Leg = 6;

    /// <summary>Calls that ended: their record, and the tombstone that answers late and repeated inputs.</summary>
    public const byte EndedCall = 7;
    public const byte Customer = 8;

    /// <summary>Calls that ended not long ago, whose gateway may not have told everybody.</summary>
    public const byte Closing = 9;

    /// <summary>Former versions of the configuration; id is the version.</summary>
    public const byte FormerConfiguration = 10;

    /// <summary>Texts that versions of the configuration were made from, opaque; id is the version.</summary>
    public const byte ConfigurationSource = 11;

    /// <summary>Whether all rows of the kind are loaded with the domain.</summary>
    public static bool IsResident(byte kind) => kind is Domain or Configuration or Agent or Queue or Call or Closing;

    public static RowKey DomainKey { get; } = new(Domain, "domain");

    public static RowKey ConfigurationKey { get; } = new(Configuration, "configuration");

    public static RowKey FormerConfigurationOf(long version) => new(FormerConfiguration, version.ToString(CultureInfo.InvariantCulture));

    public static RowKey ConfigurationSourceOf(long version) => new(ConfigurationSource, version.ToString(CultureInfo.InvariantCulture));

    public static RowKey Of(AgentId agent) => new(Agent, agent.Value);

    public static RowKey Of(QueueId queue) => new(Queue, queue.Value);

    public static RowKey Of(CallId call) => new(Call, call.Value);

    public static RowKey Of(CustomerId customer) => new(Customer, customer.Value);

    public static RowKey Ended(CallId call) => new(EndedCall, call.Value);

    public static RowKey ClosingOf(CallId call) => new(Closing, call.Value);

    public static RowKey Of(CallId call, LegId leg) => new(Leg, $"{call.Value}/{leg.Value}");
}
