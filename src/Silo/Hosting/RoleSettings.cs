using System.Globalization;
using System.Net;
using Routing.Contracts.Ids;
using Routing.Mailbox.Remote;

namespace Routing.Silo.Hosting;

/// <summary>Settings that belong to some roles only: given to another, they would be believed to do something.</summary>
internal static class RoleSettings
{
    /// <summary>A gateway in one process with its domain, and one that is not told its name.</summary>
    private const string DefaultName = "gateway";

    private const int MaxNameLengthChars = 100;

    private static readonly string[] TakenPrefixes = ["front-", "domain:", ClusterHost.NamePrefix];

    /// <exception cref="StartupException">A setting does not go with the role, or one that it needs is not there.</exception>
    public static void Check(ProcessRole role, RawSettings raw)
    {
        if (role == ProcessRole.Gateway)
        {
            Refuse(raw.Config is { Count: > 0 } ? raw.Config[0] : null, SettingNames.Config, "its silos have the configuration");
            Refuse(raw.Upgrade, SettingNames.Upgrade, "its silos have the data");
            Refuse(raw.Store, SettingNames.Store, "it keeps nothing but its identity, in --data");
            Refuse(raw.Link, SettingNames.Link, "it is a silo that listens for gateways");
            Refuse(raw.LinkAdvertise, SettingNames.LinkAdvertise, "it is a silo that listens for gateways");
            Require(raw.Silos is { Count: > 0 }, "silos: a gateway needs to know where its silos are: --silos HOST:PORT, the --link of each");
            Require(raw.Name is not null, "name: a gateway needs a name that no other gateway has and that it keeps: --name gateway-1");
            return;
        }

        Refuse(raw.ClusterSip, SettingNames.ClusterSip, "only gateways beside others have phones that those ring");
        Require(raw.Silos is not { Count: > 0 }, $"silos: does not go with role {Word(role)}: it is a gateway that reaches silos");
        bool isShared = role == ProcessRole.Silo && raw.Store is { } store && StoreChoice.Parse(store).Postgres is not null;
        Require(raw.LinkAdvertise is null || isShared, "link-advertise: only silos that share PostgreSQL are told of to others; gateways of this one find it at the address that they are given with --silos");
        if (role == ProcessRole.Silo)
        {
            Refuse(raw.Sip is { Count: > 0 } ? raw.Sip[0] : null, SettingNames.Sip, "gateways hear phones");
            Require(raw.Link is not null, "link: a silo needs an address where gateways reach it: --link HOST:PORT");
        }

        void Refuse(string? value, string name, string because) => Require(value is null, $"{name}: does not go with role {Word(role)}: {because}");
    }

    /// <exception cref="StartupException">Not a name.</exception>
    public static string NameOf(ProcessRole role, string? name)
    {
        // Senders of the cluster are called so: a silo itself, the REST side of a process, domains that lend agents to each other, silos at each other's links.
        bool isTaken = name is "host" || name is { Length: > MaxNameLengthChars } || Array.Exists(TakenPrefixes, prefix => name?.StartsWith(prefix, StringComparison.Ordinal) ?? false);
        Require(!isTaken, $"name: '{name}' cannot be used; choose one of at most {MaxNameLengthChars} characters that is not host and does not begin with {string.Join(" or ", TakenPrefixes)}");
        try
        {
            return GatewayId.Of(name ?? (role == ProcessRole.Silo ? "silo" : DefaultName)).Value;
        }
        catch (FormatException error)
        {
            throw new StartupException($"name: {error.Message}", error);
        }
    }

    /// <summary>Where others reach the link of a silo; a name is looked up by them.</summary>
    /// <exception cref="StartupException">It is not HOST:PORT, or none that others could reach.</exception>
    public static string? LinkAdvertiseOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        int colon = text.LastIndexOf(':');
        string host = colon > 0 ? text[..colon] : "";
        bool isPort = ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0;
        Require(isPort && Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6, $"link-advertise: '{text}' is not HOST:PORT; write 10.0.0.2:7000, [2001:db8::2]:7000 or silo-1.example.org:7000");
        bool isAny = IPAddress.TryParse(host, out IPAddress? address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        Require(!isAny, $"link-advertise: others cannot reach {text}; give the address or name by which they reach this machine");
        return text;
    }

    /// <exception cref="StartupException">One is not HOST:PORT.</exception>
    public static IReadOnlyList<string> SilosOf(IReadOnlyList<string> given)
    {
        string[] silos = [.. given.SelectMany(static one => one.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        foreach (string silo in silos)
        {
            int colon = silo.LastIndexOf(':');
            bool isAddress = colon > 0 && ushort.TryParse(silo.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0;
            Require(isAddress, $"silos: '{silo}' is not HOST:PORT");
        }

        return [.. silos.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <exception cref="StartupException">Neither of the two words.</exception>
    public static bool RaisesLevel(string? upgrade) => upgrade switch
    {
        null or "asked" => false,
        "auto" => true,
        _ => throw new StartupException($"upgrade: '{upgrade}' is not known; use asked, or auto"),
    };

    /// <summary>Where other gateways send requests for the phones of this one; what is listened at on all addresses is none to tell them.</summary>
    /// <exception cref="StartupException">It is not HOST:PORT, or no address of one machine.</exception>
    public static IPEndPoint? ClusterSipOf(ProcessRole role, string? text, IReadOnlyList<IPEndPoint> sip)
    {
        if (role != ProcessRole.Gateway)
        {
            return null;
        }

        IPEndPoint? address = text is null ? sip[0] : ListenAddress.Parse(SettingNames.ClusterSip, text);
        bool isAny = address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any);
        Require(!isAny || text is null, $"cluster-sip: other gateways cannot send to {text}; give the address by which they reach this machine");
        bool isTaken = sip.Any(point => point.Port == address.Port && !point.Equals(address) && (point.Address.Equals(IPAddress.Any) || point.Address.Equals(IPAddress.IPv6Any)));
        Require(isAny || !isTaken, $"cluster-sip: {address} is part of --sip at all addresses; choose another port for it");
        return isAny ? null : address;
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new StartupException(problem);
        }
    }

    private static string Word(ProcessRole role) => role switch { ProcessRole.Silo => "silo", ProcessRole.Gateway => "gateway", _ => "all" };
}
