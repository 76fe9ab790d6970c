namespace Routing.Silo.Hosting;

/// <summary>A setting has the same name everywhere: <c>--sip</c>, <c>ROUTING_SIP</c>, <c>{"Routing": {"Sip": …}}</c>.</summary>
internal static class SettingNames
{
    public const string Sip = "sip";
    public const string Advertise = "advertise";
    public const string RtpPorts = "rtp-ports";
    public const string Limits = "limits";
    public const string Http = "http";
    public const string Data = "data";
    public const string Config = "config";
    public const string Role = "role";
    public const string Store = "store";
    public const string Name = "name";
    public const string Link = "link";
    public const string LinkAdvertise = "link-advertise";
    public const string Silos = "silos";
    public const string ClusterKey = "cluster-key";
    public const string ClusterSip = "cluster-sip";
    public const string Upgrade = "upgrade";

    /// <summary>Section of appsettings.json.</summary>
    public const string Section = "Routing";

    /// <summary>Prefix of environment variables.</summary>
    public const string EnvironmentPrefix = "ROUTING_";

    /// <summary>As appsettings.json and the environment write it: RtpPorts and ROUTING_RTP_PORTS for <c>--rtp-ports</c>.</summary>
    public static string InFile(string name) => name.Replace("-", "", StringComparison.Ordinal);

    /// <inheritdoc cref="InFile"/>
    public static string InEnvironment(string name) => EnvironmentPrefix + name.Replace('-', '_').ToUpperInvariant();

    public static readonly string[] All = [Sip, Advertise, RtpPorts, Http, Data, Config, Role, Store, Limits, Name, Link, LinkAdvertise, Silos, ClusterKey, ClusterSip, Upgrade];
}
