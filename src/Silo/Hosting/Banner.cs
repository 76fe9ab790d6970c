using System.Net;
using System.Text;
using Routing.Contracts.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>What the program says when it is ready: where it listens and what to try next.</summary>
internal static class Banner
{
    /// <summary>The last line; whoever starts the program may wait for it.</summary>
    public const string LastLine = "Ready. Ctrl+C ends it.";

    private const int MaxExamplesCount = 4;

    /// <param name="version">Of the program.</param>
    /// <param name="settings">Where it listens.</param>
    /// <param name="domains">Those of its files, in their order; of a gateway those that it reaches. The examples are of the first.</param>
    /// <param name="state">Where state is.</param>
    public static string Text(string version, SiloSettings settings, IReadOnlyList<DomainConfiguration> domains, string state)
    {
        IReadOnlyList<string> reached = ReachableAddresses.Of(settings);
        string page = $"http://{ReachableAddresses.Of(settings.Http)}";
        var text = new StringBuilder();
        text.AppendLine($"routing {version}: {Names(settings, domains)}, {state}");
        text.AppendLine();
        foreach ((IPEndPoint address, string told) in settings.Sip.Zip(reached))
        {
            string instead = settings.Advertise.Any(static host => host is not null) ? $"; phones are told {told}"
                : told == address.ToString() ? "" : $", that is every address of this machine; phones are told the one that they are reached from, for example {told}";
            text.AppendLine($"  SIP   {address}, UDP and TCP{instead}");
        }

        if (reached.Count > 0)
        {
            text.AppendLine($"  RTP   UDP ports {settings.RtpPorts} (hold tone)");
        }

        if (settings.Link is { } link)
        {
            text.AppendLine($"  LINK  {link} (gateways: --role gateway --name gateway-1 --silos {ReachableAddresses.Of(link)} --cluster-key {settings.ClusterKeyFile})");
        }

        text.AppendLine($"  HTTP  {(page.EndsWith(settings.Http.ToString(), StringComparison.Ordinal) ? page : $"http://{settings.Http}, for example {page}")} (live page; /api/v1, /openapi/v1.json, /metrics, /healthz, /readyz)");
        text.AppendLine();
        foreach (DomainConfiguration domain in reached.Count > 0 ? domains.Take(MaxExamplesCount) : [])
        {
            AddPhones(text, domain, reached[0], domains.Count > 1);
        }

        text.AppendLine($"  Watch it move      {page}");
        if (domains.Count > 0)
        {
            AddRequests(text, domains[0], page + "/api/v1" + (domains.Count > 1 ? $"/domains/{domains[0].Domain}" : ""));
        }

        text.AppendLine();
        text.Append(LastLine);
        return text.ToString();
    }

    private static string Names(SiloSettings settings, IReadOnlyList<DomainConfiguration> domains)
    {
        if (domains.Count == 0)
        {
            return "no domain of its own; it serves those that the other silos of the cluster bring";
        }

        bool isFile = settings.Role != ProcessRole.Gateway;
        string source(int index) => isFile ? $" ({settings.ConfigFiles.ElementAtOrDefault(index) ?? "the built-in demo"})" : "";
        return (domains.Count == 1 ? "domain " : "domains ") + string.Join(", ", domains.Select((domain, index) => domain.Domain + source(index)));
    }

    private static void AddRequests(StringBuilder text, DomainConfiguration domain, string path)
    {
        string key = domain.Demo ? "demo-admin" : "KEY";
        text.AppendLine($"  Ask and change     curl -H 'Authorization: Bearer {key}' {path}/queues");
        if (domain.Agents.Count > 0)
        {
            text.AppendLine(
                $"                     curl -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -X PUT -d '{{\"state\":\"not-ready\",\"reason\":\"lunch\"}}' {path}/agents/{domain.Agents[0].Id}/state");
        }
    }

    private static void AddPhones(StringBuilder text, DomainConfiguration domain, string sip, bool isNamed)
    {
        string agents = Listed(domain.Agents.Select(agent => agent.SipUser));
        string password = domain.Demo ? ", password <user>-demo" : "";
        if (isNamed)
        {
            text.AppendLine($"  Domain {domain.Domain}");
        }

        text.AppendLine($"  Register a phone   at {sip}, realm {domain.Realm}, user {agents}{password}");
        text.AppendLine($"  Call a queue       {Listed(domain.Numbers.Select(number => $"sip:{number.Number}@{sip} ({number.Queue?.Value ?? "no queue"})"))}");
    }

    private static string Listed(IEnumerable<string> items)
    {
        string[] first = [.. items.Take(MaxExamplesCount + 1)];
        return first.Length == 0 ? "(none configured)" : string.Join(", ", first.Take(MaxExamplesCount)) + (first.Length > MaxExamplesCount ? ", …" : "");
    }
}
