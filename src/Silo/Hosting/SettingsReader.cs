using System.Net;
using System.Text.Json;
using Routing.Grains.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>Merges the sources of settings: command line over environment over appsettings.json over defaults.</summary>
internal static class SettingsReader
{
    public const string FileName = "appsettings.json";

    /// <summary>Of what <see cref="ReadSources"/> reads: has a section as the file has it.</summary>
    public const string EnvironmentSection = "Environment";

    private static readonly string[] DefaultSip = ["127.0.0.1:5060"];

    private static readonly RawSettings Defaults = new()
    {
        RtpPorts = "16384-24575",
        Http = "127.0.0.1:8080",
        Data = "./data",
        Role = "all",
    };

    /// <param name="commandLine">The strongest.</param>
    /// <param name="sources">The environment, in a section of its own, and appsettings.json.</param>
    /// <exception cref="StartupException">A setting is wrong.</exception>
    public static SiloSettings Read(RawSettings commandLine, IConfiguration sources)
    {
        RawSettings environment = FromConfiguration(sources.GetSection(EnvironmentSection));
        RawSettings file = FromConfiguration(sources);
        ProcessRole role = RoleOf(commandLine.Or(environment).Or(file).Or(Defaults).Role!);
        if (role == ProcessRole.Gateway)
        {
            // Exported for silos and for "routing cluster", and inherited by what is started beside them.
            environment = environment with { Store = null };
        }

        RawSettings raw = commandLine.Or(environment).Or(file).Or(Defaults);
        RoleSettings.Check(role, raw);
        if (raw.Data!.Length == 0)
        {
            throw new StartupException("data: the folder has no name");
        }

        string[] heard = role == ProcessRole.Silo ? [] : [.. raw.Sip ?? DefaultSip];
        IPEndPoint[] sip = [.. heard.Select(text => ListenAddress.Parse(SettingNames.Sip, text)).Distinct()];
        return new SiloSettings
        {
            Role = role,
            Name = RoleSettings.NameOf(role, raw.Name),
            Link = raw.Link is { } link ? ListenAddress.Parse(SettingNames.Link, link) : null,
            LinkAdvertise = RoleSettings.LinkAdvertiseOf(raw.LinkAdvertise),
            Silos = RoleSettings.SilosOf(raw.Silos ?? []),
            ClusterKeyFile = raw.ClusterKey,
            ClusterSip = RoleSettings.ClusterSipOf(role, raw.ClusterSip, sip),
            RaisesLevel = RoleSettings.RaisesLevel(raw.Upgrade),
            Sip = sip,
            Advertise = Advertised(raw.Advertise ?? [], sip),
            RtpPorts = RtpPorts.Parse(raw.RtpPorts!, sip),
            Limits = ProcessLimits.Parse(raw.Limits ?? []),
            Http = ListenAddress.Parse(SettingNames.Http, raw.Http!),
            Store = StoreChoice.Parse(raw.Store ?? "sqlite"),
            DataFolder = Path.GetFullPath(raw.Data),
            ConfigFiles = [.. (raw.Config ?? []).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>The environment over appsettings.json of a folder, which need not have one.</summary>
    /// <exception cref="StartupException">The file is not JSON, or names a setting that does not exist.</exception>
    public static IConfigurationRoot ReadSources(string folder)
    {
        try
        {
            IConfigurationRoot file = new ConfigurationBuilder()
                .SetBasePath(folder)
                .AddJsonFile(FileName, optional: true, reloadOnChange: false)
                .Build();
            foreach (IConfigurationSection setting in file.GetSection(SettingNames.Section).GetChildren())
            {
                string[] known = [.. SettingNames.All.Select(SettingNames.InFile)];
                if (!known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                {
                    throw new StartupException($"{FileName}: {SettingNames.Section} has no setting '{setting.Key}'; {NearestName.Remedy(setting.Key, known, "")}");
                }
            }

            return new ConfigurationBuilder()
                .AddConfiguration(file)
                .AddInMemoryCollection(SettingNames.All.Select(FromEnvironment).Where(pair => pair.Value is not null))
                .Build();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException(NotRead(Path.Combine(folder, FileName), error), error);
        }
    }

    // Only the known names: clusters set variables of their own with our prefix for a service that is called routing.
    private static KeyValuePair<string, string?> FromEnvironment(string name) =>
        new($"{EnvironmentSection}:{SettingNames.Section}:{SettingNames.InFile(name)}", Environment.GetEnvironmentVariable(SettingNames.InEnvironment(name)));

    /// <summary>Where the JSON ends to be JSON, as compilers and editors write it.</summary>
    private static string NotRead(string file, Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is JsonException { LineNumber: { } line, BytePositionInLine: { } column } json)
            {
                string what = json.Message.Split(" LineNumber:")[0].TrimEnd('.').ReplaceLineEndings(" ");
                return $"{FileName}:{line + 1}:{column + 1}: is not valid JSON: {what}; correct {file} or remove it";
            }
        }

        return $"{FileName} cannot be read: {(error.InnerException ?? error).Message.ReplaceLineEndings(" ").TrimEnd('.')}; correct {file} or remove it";
    }

    private static RawSettings FromConfiguration(IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection(SettingNames.Section);
        IConfigurationSection limits = section.GetSection(SettingNames.Limits);
        return new RawSettings
        {
            Sip = ListOf(section, SettingNames.Sip),
            Advertise = ListOf(section, SettingNames.Advertise),
            RtpPorts = section[SettingNames.InFile(SettingNames.RtpPorts)],
            // A mapping in the file, and a text in the environment, which goes before it.
            Limits = [.. limits.GetChildren().Select(limit => $"{limit.Key}={limit.Value}"), .. limits.Value is { } set ? [set] : Array.Empty<string>()],
            Http = section[SettingNames.Http],
            Data = section[SettingNames.Data],
            Config = ListOf(section, SettingNames.Config),
            Role = section[SettingNames.Role],
            Store = section[SettingNames.Store],
            Name = section[SettingNames.Name],
            Link = section[SettingNames.Link],
            LinkAdvertise = section[SettingNames.InFile(SettingNames.LinkAdvertise)],
            Silos = ListOf(section, SettingNames.Silos),
            ClusterKey = section[SettingNames.InFile(SettingNames.ClusterKey)],
            Upgrade = section[SettingNames.Upgrade],
            ClusterSip = section[SettingNames.InFile(SettingNames.ClusterSip)],
        };
    }

    private static string[]? ListOf(IConfigurationSection section, string name)
    {
        string[] items = section[name] is { } text
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. section.GetSection(name).GetChildren().Select(child => child.Value).OfType<string>()];
        return items.Length == 0 ? null : items;
    }

    /// <summary>One for all addresses, or one for each in their order.</summary>
    private static AdvertisedHost?[] Advertised(IReadOnlyList<string> texts, IPEndPoint[] sip)
    {
        if (texts.Count > 1 && texts.Count != sip.Length)
        {
            throw new StartupException($"advertise: {texts.Count} hosts for {sip.Length} addresses of --sip; give one for all, or one for each in their order");
        }

        return texts.Count == 0
            ? new AdvertisedHost?[sip.Length]
            : [.. sip.Select((address, index) => AdvertisedHost.Parse(texts[texts.Count == 1 ? 0 : index], address.AddressFamily, Dns.GetHostAddresses))];
    }

    private static ProcessRole RoleOf(string role) => role switch
    {
        "all" => ProcessRole.All,
        "silo" => ProcessRole.Silo,
        "gateway" => ProcessRole.Gateway,
        _ => throw new StartupException($"role: '{role}' is not known; use all, silo or gateway"),
    };
}
