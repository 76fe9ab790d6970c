using System.Net;
using Routing.Contracts.Configuration;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>The demo's passwords are known to everybody: a domain that has them, or that calls itself a demo, is heard on loopback only.</summary>
internal static class DemoGuard
{
    private const string Remedy = "give a --config with passwords and keys of your own and without 'demo: true'";

    /// <exception cref="StartupException">A listening address is not loopback.</exception>
    public static void Check(DomainConfiguration domain, SiloSettings settings)
    {
        if (Exposed(settings) is var (setting, address) && Reason(domain) is { } why)
        {
            throw new StartupException($"{setting}: {address} is refused because {why}; listen on 127.0.0.0/8 or ::1, or {Remedy}");
        }
    }

    /// <summary>Why a running process must not take this configuration, and what to do; null when it may.</summary>
    public static (string Problem, string Remedy)? Refusal(DomainConfiguration domain, SiloSettings settings) =>
        Exposed(settings) is var (_, address) && Reason(domain) is { } why ? ($"{why}, and this process listens on {address}", Remedy) : null;

    /// <summary>Whether others than this machine reach the process.</summary>
    public static bool IsExposed(SiloSettings settings) => Exposed(settings) is not null;

    /// <summary>An address that others reach.</summary>
    private static (string Setting, IPEndPoint Address)? Exposed(SiloSettings settings)
    {
        foreach ((string setting, IPEndPoint address) in settings.Sip.Select(address => (SettingNames.Sip, address)).Append((SettingNames.Http, settings.Http)))
        {
            if (!IPAddress.IsLoopback(address.Address))
            {
                return (setting, address);
            }
        }

        return null;
    }

    private static string? Reason(DomainConfiguration domain)
    {
        if (domain.Demo)
        {
            return $"domain {domain.Domain} is a demo";
        }

        // A copy of the sample without its "demo: true" is still the sample.
        AgentConfiguration? agent = domain.Agents.FirstOrDefault(agent => agent.Ha1Md5 == SecretDigests.Ha1Md5(agent.SipUser, domain.Realm, agent.SipUser + "-demo"));
        if (agent is not null)
        {
            return $"agent {agent.Id} has the demo's well-known password";
        }

        return domain.ApiKeys.Any(key => key.Sha256 == SecretDigests.Sha256("demo-admin")) ? "an API key is the demo's well-known one" : null;
    }
}
