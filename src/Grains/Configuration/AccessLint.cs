using System.Buffers;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;

namespace Routing.Grains.Configuration;

/// <summary>Finds hosts, names, trunks and keys that do not do what they seem to. Part of <see cref="ConfigurationLint"/>.</summary>
/// <param name="configuration">Without mistakes.</param>
/// <param name="add">Takes a finding: where, what, what to do.</param>
internal sealed class AccessLint(DomainConfiguration configuration, Action<string, string, string> add)
{
    private const string EveryAddress = "/0";
    private const string LastAgent = "last-agent";

    /// <summary>What a host in a SIP URI has, RFC 3261 section 25.1, with an IPv6 address as it is written without brackets.</summary>
    private static readonly SearchValues<char> Host = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:");

    public void LookAtHosts()
    {
        for (int i = 0; i < configuration.Hosts.Count; i++)
        {
            string host = configuration.Hosts[i];
            bool hasPort = host.Count(static letter => letter == ':') == 1;
            if (hasPort || host.Length == 0 || host.AsSpan().IndexOfAnyExcept(Host) >= 0)
            {
                add($"hosts[{i}]", $"'{host}' is no host name: no phone calls it", hasPort ? "write it without its port" : "write a name such as example.com, or an address");
            }
        }
    }

    public void LookAtAgents()
    {
        if (configuration.Agents.Any(static agent => agent.Id == AgentId.Of(LastAgent)))
        {
            add($"agents[{LastAgent}].id", $"an agent named '{LastAgent}' cannot be preferred: the word means who spoke last with the caller", "give the agent another id");
        }
    }

    public void LookAtTrunks()
    {
        foreach (TrunkConfiguration trunk in configuration.Trunks)
        {
            if (trunk.Addresses.Count == 0)
            {
                add($"trunks[{trunk.Name}]", $"trunk '{trunk.Name}' has no addresses: nobody may call by it", "give it 'addresses', or remove it");
            }

            for (int i = 0; i < trunk.Addresses.Count; i++)
            {
                if (trunk.Addresses[i].EndsWith(EveryAddress, StringComparison.Ordinal))
                {
                    add($"trunks[{trunk.Name}].addresses[{i}]", $"'{trunk.Addresses[i]}' is every address: anybody may call the numbers", "name the addresses of the carrier, such as 192.0.2.0/24");
                }
            }
        }
    }

    /// <summary>Without an administrator the configuration is changed by its file alone; of several entries with one key the last counts.</summary>
    public void LookAtKeys()
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (ApiKeyConfiguration key in configuration.ApiKeys)
        {
            if (!names.TryAdd(key.Sha256, key.Name))
            {
                add($"apiKeys[{key.Name}]", $"it is the same key as that of '{names[key.Sha256]}'", "give each a key of its own: records tell by it who did something");
            }
        }

        if (!configuration.ApiKeys.Any(static key => key.Role == ApiRole.Admin))
        {
            add("apiKeys", "there is no key with the role admin: nobody can change the configuration by REST", "add one, '{ name: admin, key: …, role: admin }', or change it by its file and SIGHUP only");
        }
    }
}
