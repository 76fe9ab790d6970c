namespace Routing.Silo.Hosting;

/// <summary>Merges the sources of settings: command line over environment over appsettings.json over defaults.</summary>
internal static class SettingsReader
{
    public const string FileName = "appsettings.json";

    private static readonly RawSettings Defaults = new()
    {
        Sip = ["127.0.0.1:5060"],
        Http = "127.0.0.1:8080",
        Data = "./data",
        Role = "all",
        Store = "sqlite",
    };

    /// <exception cref="StartupException">A setting is wrong.</exception>
    public static SiloSettings Read(RawSettings commandLine, IConfiguration environmentAndFile)
    {
        RawSettings raw = commandLine.Or(FromConfiguration(environmentAndFile)).Or(Defaults);
        CheckRole(raw.Role!);
        CheckStore(raw.Store!);
        if (raw.Data!.Length == 0)
        {
            throw new StartupException("data: the folder has no name");
        }

        return new SiloSettings
        {
            Sip = [.. raw.Sip!.Select(text => ListenAddress.Parse(SettingNames.Sip, text)).Distinct()],
            Http = ListenAddress.Parse(SettingNames.Http, raw.Http!),
            DataFolder = Path.GetFullPath(raw.Data),
            ConfigFile = raw.Config,
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
                if (!SettingNames.All.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                {
                    throw new StartupException($"{FileName}: {SettingNames.Section} has no setting '{setting.Key}'; known are {string.Join(", ", SettingNames.All)}");
                }
            }

            return new ConfigurationBuilder()
                .AddConfiguration(file)
                .AddInMemoryCollection(SettingNames.All.Select(FromEnvironment).Where(pair => pair.Value is not null))
                .Build();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{FileName} cannot be read: {(error.InnerException ?? error).Message.ReplaceLineEndings(" ")}", error);
        }
    }

    // Only the known names: clusters set variables of their own with our prefix for a service that is called routing.
    private static KeyValuePair<string, string?> FromEnvironment(string name) =>
        new($"{SettingNames.Section}:{name}", Environment.GetEnvironmentVariable(SettingNames.EnvironmentPrefix + name.ToUpperInvariant()));

    private static RawSettings FromConfiguration(IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection(SettingNames.Section);
        string[] sip = section[SettingNames.Sip] is { } text
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. section.GetSection(SettingNames.Sip).GetChildren().Select(child => child.Value).OfType<string>()];
        return new RawSettings
        {
            Sip = sip.Length == 0 ? null : sip,
            Http = section[SettingNames.Http],
            Data = section[SettingNames.Data],
            Config = section[SettingNames.Config],
            Role = section[SettingNames.Role],
            Store = section[SettingNames.Store],
        };
    }

    private static void CheckRole(string role)
    {
        switch (role)
        {
            case "all":
                return;
            case "silo" or "gateway":
                throw new StartupException($"role: '{role}' comes with the cluster; this version runs everything in one process, role 'all'");
            default:
                throw new StartupException($"role: '{role}' is not known; use all, silo or gateway");
        }
    }

    private static void CheckStore(string store)
    {
        if (store.StartsWith("postgres:", StringComparison.Ordinal))
        {
            throw new StartupException("store: 'postgres' comes with the cluster; this version keeps its data in 'sqlite'");
        }

        if (store != "sqlite")
        {
            throw new StartupException($"store: '{store}' is not known; use sqlite or postgres:CONNECTION");
        }
    }
}
