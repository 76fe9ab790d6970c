namespace Routing.Silo.Hosting;

/// <summary>A setting has the same name everywhere: <c>--sip</c>, <c>ROUTING_SIP</c>, <c>{"Routing": {"Sip": …}}</c>.</summary>
internal static class SettingNames
{
    public const string Sip = "sip";
    public const string Http = "http";
    public const string Data = "data";
    public const string Config = "config";
    public const string Role = "role";
    public const string Store = "store";

    /// <summary>Section of appsettings.json.</summary>
    public const string Section = "Routing";

    /// <summary>Prefix of environment variables.</summary>
    public const string EnvironmentPrefix = "ROUTING_";

    public static readonly string[] All = [Sip, Http, Data, Config, Role, Store];
}
