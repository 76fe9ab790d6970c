using System.Globalization;
using Routing.Gateway.Api;
using Routing.Gateway.Telephony;
using Routing.Gateway.Telephony.Defence;
using Routing.Grains.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>
/// The limits of this process that an operator may set. They belong to the process and not to a domain: a gateway serves several, and what one source may do is decided
/// before it is known which of them it speaks to.
/// </summary>
internal sealed class ProcessLimits
{
    private const int Million = 1_000_000;
    private const int MillisecondsPerSecond = 1_000;

    /// <summary>All of them, in the order of the README's table, which a test compares.</summary>
    public static readonly IReadOnlyList<LimitDefinition> Known =
    [
        new("calls", 20_000, 1, Million, "live calls; further ones get 503"),
        new("trunk-calls", 0, 0, Million, "of those, live calls of one source, trunk or not; 0 for all of them; further ones get 503"),
        new("transactions", 50_000, 100, Million, "SIP transactions under way, of each direction; further requests get 503"),
        new("calls-per-second", 50, 1, Million, "calls of one source, lasting; further ones get 503"),
        new("calls-burst", 200, 1, Million, "calls of one source at once"),
        new("trunk-calls-per-second", 5_000, 1, Million, "the same for a trunk"),
        new("trunk-calls-burst", 10_000, 1, Million, "the same for a trunk"),
        new("requests-per-second", 500, 1, Million, "requests of one source outside calls, registrations among them; further ones meet silence"),
        new("requests-burst", 2_000, 1, Million, "the same at once"),
        new("wrong-passwords", 20, 1, 10_000, "wrong passwords of one source (one more every 10 s) until it is banned"),
        new("ban-seconds", 60, 1, 86_400, "seconds of a first ban; each further one is twice as long"),
        new("ban-max-seconds", 3_600, 1, 30 * 86_400, "seconds of the longest ban"),
        new("registration-min-seconds", 60, 10, 86_400, "shortest registration granted; shorter wishes get 423"),
        new("registration-seconds", 3_600, 10, 86_400, "registration granted to a phone that names none"),
        new("registration-max-seconds", 7_200, 10, 30 * 86_400, "longest registration granted"),
        new("sip-connections", 10_000, 1, Million, "TCP connections of a listening address"),
        new("sip-connections-per-source", 256, 1, Million, "the same of one source"),
        new("http-connections", 4_096, 1, Million, "HTTP connections"),
        new("http-connections-per-source", 256, 1, Million, "the same of one source; loopback has no limit"),
        new("http-requests-per-second", 1_000, 1, Million, "REST requests of one key, lasting; further ones get 429"),
        new("http-requests-burst", 2_000, 1, Million, "the same at once"),
        new("live-pages", 1_000, 1, Million, "browsers that watch"),
        new("lease-seconds", 6, 3, 3_600, "a gateway beside others that is silent for longer has its calls suspended"),
        new("grace-seconds", 60, 1, 86_400, "calls of a gateway that stays silent end after so long in suspension"),
        new("drain-seconds", 0, 0, 86_400, "what a gateway's calls get to end when it is asked to end; meanwhile new ones and OPTIONS get 503"),
    ];

    private readonly Dictionary<string, int> _values;

    private ProcessLimits(Dictionary<string, int> values) => _values = values;

    /// <summary>Everything as it is when nothing is said.</summary>
    public static ProcessLimits Defaults { get; } = Parse([]);

    public int this[string name] => _values[name];

    /// <summary>Reads <c>NAME=NUMBER</c>; several may stand in one text, separated by commas. Of two with one name the later counts.</summary>
    /// <exception cref="StartupException">A name is not known, or a value out of its range.</exception>
    public static ProcessLimits Parse(IEnumerable<string> texts)
    {
        Dictionary<string, int> values = Known.ToDictionary(limit => limit.Name, limit => limit.Default, StringComparer.Ordinal);
        foreach (string text in texts.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            string[] parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
            LimitDefinition limit = Known.FirstOrDefault(limit => limit.Name == parts[0])
                ?? throw new StartupException($"limits: there is no limit '{parts[0]}'; {NearestName.Remedy(parts[0], [.. Known.Select(limit => limit.Name)], "")}");
            values[limit.Name] = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= limit.Min && value <= limit.Max
                ? value
                : throw new StartupException($"limits: '{text}' is not {limit.Name}=NUMBER with a number from {limit.Min} to {limit.Max}");
        }

        var limits = new ProcessLimits(values);
        limits.CheckOrder("registration-min-seconds", "registration-seconds");
        limits.CheckOrder("registration-seconds", "registration-max-seconds");
        limits.CheckOrder("ban-seconds", "ban-max-seconds");
        return limits;
    }

    /// <summary>The gateway's options with these limits.</summary>
    public SipGatewayOptions Apply(SipGatewayOptions options) => options with
    {
        CallsLimit = this["calls"],
        CallsPerSourceLimit = this["trunk-calls"] is > 0 and var share ? share : this["calls"],
        DrainLimitSeconds = this["drain-seconds"],
        Lease = options.Cluster is null ? null : new LeaseTerms(this["lease-seconds"] * MillisecondsPerSecond, this["grace-seconds"] * MillisecondsPerSecond),
        ConnectionsLimit = this["sip-connections"],
        ConnectionsPerSourceLimit = this["sip-connections-per-source"],
        RegistrationMinSeconds = this["registration-min-seconds"],
        RegistrationDefaultSeconds = this["registration-seconds"],
        RegistrationMaxSeconds = this["registration-max-seconds"],
        Stack = options.Stack with
        {
            Transactions = options.Stack.Transactions with { ClientLimitTransactions = this["transactions"], ServerLimitTransactions = this["transactions"] },
        },
        Defence = options.Defence with
        {
            Calls = new Rate(this["calls-per-second"], this["calls-burst"]),
            TrustedCalls = new Rate(this["trunk-calls-per-second"], this["trunk-calls-burst"]),
            Requests = new Rate(this["requests-per-second"], this["requests-burst"]),
            AuthenticationFailures = options.Defence.AuthenticationFailures with { BurstCount = this["wrong-passwords"] },
            BanFirstSeconds = this["ban-seconds"],
            BanMaxSeconds = this["ban-max-seconds"],
        },
    };

    /// <summary>Sets those of REST, hub and page.</summary>
    public void Apply(RoutingWebOptions options)
    {
        options.RequestsPerSecondCount = this["http-requests-per-second"];
        options.RequestBurstCount = this["http-requests-burst"];
        options.MaxConnectionsPerSourceCount = this["http-connections-per-source"];
        options.MaxHubConnectionsCount = this["live-pages"];
    }

    private void CheckOrder(string lesser, string greater)
    {
        if (this[lesser] > this[greater])
        {
            throw new StartupException($"limits: {lesser}={this[lesser]} is above {greater}={this[greater]}; set both");
        }
    }
}
