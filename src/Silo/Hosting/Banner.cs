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

    public static string Text(string version, SiloSettings settings, DomainConfiguration domain, string state)
    {
        IReadOnlyList<string> reached = ReachableAddresses.Of(settings);
        string page = $"http://{ReachableAddresses.Of(settings.Http)}";
        var text = new StringBuilder();
        string source = settings.Role == ProcessRole.Gateway ? "" : $" ({settings.ConfigFile ?? "the built-in demo"})";
        text.AppendLine($"routing {version}: domain {domain.Domain}{source}, {state}");
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
        if (reached.Count > 0)
        {
            AddPhones(text, domain, reached[0]);
        }

        text.AppendLine($"  Watch it move      {page}");
        string key = domain.Demo ? "demo-admin" : "KEY";
        text.AppendLine($"  Ask and change     curl -H 'Authorization: Bearer {key}' {page}/api/v1/queues");
        if (domain.Agents.Count > 0)
        {
            text.AppendLine(
                $"                     curl -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -X PUT -d '{{\"state\":\"not-ready\",\"reason\":\"lunch\"}}' {page}/api/v1/agents/{domain.Agents[0].Id}/state");
        }

        text.AppendLine();
        text.Append(LastLine);
        return text.ToString();
    }

    private static void AddPhones(StringBuilder text, DomainConfiguration domain, string sip)
    {
        string agents = Listed(domain.Agents.Select(agent => agent.SipUser));
        string password = domain.Demo ? ", password <user>-demo" : "";
        text.AppendLine($"  Register a phone   at {sip}, realm {domain.Realm}, user {agents}{password}");
        text.AppendLine($"  Call a queue       {Listed(domain.Numbers.Select(number => $"sip:{number.Number}@{sip} ({number.Queue?.Value ?? "no queue"})"))}");
    }

    private static string Listed(IEnumerable<string> items)
    {
        string[] first = [.. items.Take(MaxExamplesCount + 1)];
        return first.Length == 0 ? "(none configured)" : string.Join(", ", first.Take(MaxExamplesCount)) + (first.Length > MaxExamplesCount ? ", …" : "");
    }
}
