using System.Net;
using Routing.Contracts.Configuration;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>The demo's passwords are known to everybody: a domain that has them, or that calls itself a demo, is heard on loopback only.</summary>
internal static class DemoGuard
{
    /// <exception cref="StartupException">A listening address is not loopback.</exception>
    public static void Check(DomainConfiguration domain, SiloSettings settings)
    {
        string? why = Reason(domain);
        if (why is null)
        {
            return;
        }

        foreach ((string setting, IPEndPoint address) in settings.Sip.Select(address => (SettingNames.Sip, address)).Append((SettingNames.Http, settings.Http)))
        {
            if (!IPAddress.IsLoopback(address.Address))
            {
                throw new StartupException(
                    $"{setting}: {address} is refused because {why}; listen on 127.0.0.0/8 or ::1, or give a --config with passwords and keys of your own and without 'demo: true'");
            }
        }
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
