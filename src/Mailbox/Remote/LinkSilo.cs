using System.Security.Cryptography;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>What all links of a silo share: who it is, what it serves, and who is connected.</summary>
internal sealed class LinkSilo(LocalHost host, string name, ClusterKey key, TimeProvider time)
{
    private const int InstanceBytes = 8;

    private IReadOnlyList<string> _addresses = [];

    public LocalHost Host { get; } = host;

    public string Name { get; } = name;

    /// <summary>Of this life of the silo: tells a client that two addresses lead to the same one.</summary>
    public string Instance { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(InstanceBytes));

    public ClusterKey Key { get; } = key;

    public LinkClients Clients { get; } = new(time);

    public LinkRefusals Refusals { get; } = new(time, host.Log);

    /// <summary>Where the silos of the cluster listen for links, each HOST:PORT.</summary>
    public IReadOnlyList<string> Addresses => Volatile.Read(ref _addresses);

    public event Action? AddressesChanged;

    public void Tell(IReadOnlyList<string> addresses)
    {
        if (!Addresses.SequenceEqual(addresses, StringComparer.Ordinal))
        {
            Volatile.Write(ref _addresses, [.. addresses]);
            AddressesChanged?.Invoke();
        }
    }
}
