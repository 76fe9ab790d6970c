using System.CommandLine;
using System.Text.Json;
using Routing.Contracts.Engine;
using Routing.Mailbox;
using Routing.Mailbox.Membership;
using Routing.Mailbox.Postgres;
using Routing.Silo.Hosting;

namespace Routing.Silo.Commands;

/// <summary>
/// <c>routing cluster list|partitions|drain NAME|undrain NAME|upgrade</c>. Asks the database and no silo: it tells the truth also when silos hang or none is left, and who may use the database needs no other key.
/// </summary>
internal static class ClusterCommand
{
    private const string ExitText = " Exit code 0: done, 2: refused and nothing changed, 3: no answer from the database.";
    private const int DefaultWaitSeconds = 30;
    private const int LongestWaitSeconds = 3_600;

    /// <summary>Between two looks whether a drained silo has given everything up.</summary>
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(100);

    public static Command Create() => new("cluster", "Shows the silos and partitions of a cluster on PostgreSQL, and drains a silo before its host is touched. Needs the database (--store or ROUTING_STORE), as silos do, and works without any silo.")
    {
        Show("list", "Lists the silos: state, age of the last heartbeat, what they own, schema version, the highest format level that they and their gateways know, where gateways reach them; the gateways that are connected or were within the last hour; and the format level in force." + ExitText, static (report, output) => ClusterText.WriteSilos(report, output), static report => report with { Partitions = null }),
        Show("partitions", "Lists the partitions: state, owner, who shall have it, epoch, domains, age of the owner's last heartbeat." + ExitText, static (report, output) => ClusterText.WritePartitions(report, output), static report => report),
        Drain("drain", isDraining: true, "Makes a silo give all partitions to the others, one after the other, and waits until it has none. Calls go on. A drained silo that starts again takes part again."),
        Drain("undrain", isDraining: false, "Lets a drained silo take partitions again."),
        Upgrade(),
    };

    private static Command Show(string name, string text, Action<ClusterReport, TextWriter> write, Func<ClusterReport, ClusterReport> select)
    {
        Option<string> store = StoreOption();
        Option<string> format = OutputFormat.Option();
        var command = new Command(name, text) { store, format };
        command.SetAction(result =>
        {
            TextWriter output = result.InvocationConfiguration.Output;
            ClusterReport report = Use(result.GetValue(store), static cluster => ClusterReport.Of(cluster.Read()));
            if (OutputFormat.IsJson(result, format))
            {
                output.WriteLine(JsonSerializer.Serialize(select(report), CommandJson.Default.ClusterReport));
            }
            else
            {
                write(report, output);
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Upgrade()
    {
        Option<string> store = StoreOption();
        var without = new Option<string[]>("--without") { HelpName = "GATEWAY", Description = "Name of a gateway that is away and does not come back as it was, as list shows it; may be repeated" };
        var command = new Command("upgrade", "Raises the format level to the highest that this program knows, for good: what the new release brings is written from then on, and no former release is let in. Refused while a silo or gateway of a former release is there, or such a gateway was within the last hour; says which. A gateway that was away for longer is let in no more when it knows less." + ExitText) { store, without };
        command.SetAction(result =>
        {
            InvocationConfiguration to = result.InvocationConfiguration;
            string[] left = result.GetValue(without) ?? [];
            (LevelChange change, string[] known) = Use(result.GetValue(store), cluster =>
            {
                string[] names = left.Length == 0 ? [] : [.. cluster.Read().Gateways.Select(static gateway => gateway.Name)];
                return (cluster.Upgrade(FormatLevel.Highest, left), names);
            });
            foreach (string unknown in left.Except(known, StringComparer.Ordinal))
            {
                to.Error.WriteLine($"routing: warning: --without {unknown}: no gateway of that name was seen within the last hour; {(known.Length == 0 ? "none was" : "there are " + string.Join(", ", known))}");
            }

            if (change.Behind.Count > 0)
            {
                to.Error.WriteLine($"routing: the format level stays {change.Before}, since not all know level {FormatLevel.Highest}: {string.Join("; ", change.Behind)}; install this release there first{(change.Behind.Any(static one => one.StartsWith("gateway ", StringComparison.Ordinal)) ? ", or name a gateway that does not come back with --without NAME" : "")}");
                return ExitCodes.Refused;
            }

            to.Output.WriteLine(change.After > change.Before ? $"Format level {change.After}, {change.Before} before" : $"Format level {change.After}, as before: it is the highest that this program knows");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Drain(string name, bool isDraining, string text)
    {
        var silo = new Argument<string>("name") { Description = "Name of the silo, as list shows it" };
        Option<string> store = StoreOption();
        var wait = new Option<int>("--wait") { HelpName = "SECONDS", Description = $"How long to wait until it is done; 0: not at all [default: {DefaultWaitSeconds}]", DefaultValueFactory = static _ => DefaultWaitSeconds };
        var command = new Command(name, text + ExitText) { silo, store };
        if (isDraining)
        {
            command.Options.Add(wait);
        }

        command.SetAction(async (result, cancellation) =>
        {
            InvocationConfiguration to = result.InvocationConfiguration;
            int seconds = isDraining ? result.GetValue(wait) : 0;
            return seconds is < 0 or > LongestWaitSeconds
                ? throw new StartupException($"wait: {seconds} is not a number of seconds from 0 to {LongestWaitSeconds}")
                : await SetAsync(result.GetValue(store), result.GetValue(silo)!, isDraining, TimeSpan.FromSeconds(seconds), to.Output, to.Error, cancellation);
        });
        return command;
    }

    private static async Task<int> SetAsync(string? store, string name, bool isDraining, TimeSpan patience, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        (ClusterView view, bool isKnown) = Use(store, cluster =>
        {
            ClusterView before = cluster.Read();
            return (before, before.Silos.Any(silo => silo.Name == name) && cluster.SetDrain(name, isDraining));
        });
        if (!isKnown)
        {
            string known = view.Silos.Count == 0 ? "none is in the cluster now" : "there are " + string.Join(", ", view.Silos.Select(static silo => silo.Name));
            await errors.WriteLineAsync($"routing: there is no silo '{name}'; {known}");
            return ExitCodes.Refused;
        }

        if (!isDraining)
        {
            await output.WriteLineAsync($"{name} takes partitions again");
            return ExitCodes.Success;
        }

        if (!view.Silos.Any(silo => silo.Name != name && silo.MayOwn))
        {
            await errors.WriteLineAsync($"routing: {name} shall give everything up, and there is no other silo that may take it: it keeps what it has until one comes; 'cluster undrain {name}' takes that back");
            return patience == TimeSpan.Zero ? ExitCodes.Success : ExitCodes.NoAnswer;
        }

        return await WaitAsync(store, name, patience, output, errors, cancellation);
    }

    private static async Task<int> WaitAsync(string? store, string name, TimeSpan patience, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            ClusterReport.Silo? silo = Use(store, static cluster => ClusterReport.Of(cluster.Read())).Silos.FirstOrDefault(silo => silo.Name == name);
            if (silo is null || silo.Partitions == 0)
            {
                await output.WriteLineAsync(silo is null ? $"{name} is gone, and owns nothing" : $"{name} owns nothing any more");
                return ExitCodes.Success;
            }

            if (TimeProvider.System.GetElapsedTime(started) >= patience)
            {
                string state = $"{name} still owns {silo.Partitions} partitions";
                if (patience == TimeSpan.Zero)
                {
                    await output.WriteLineAsync(state + " and gives them up now");
                    return ExitCodes.Success;
                }

                await errors.WriteLineAsync($"routing: {state} after {patience.TotalSeconds:0} s; it goes on giving them up: 'cluster partitions' shows which");
                return ExitCodes.NoAnswer;
            }

            await Task.Delay(LookPeriod, TimeProvider.System, cancellation);
        }
    }

    private static Option<string> StoreOption() => new("--" + SettingNames.Store)
    {
        HelpName = "postgres:CONNECTION", Description = $"The database of the cluster, as silos have it; better given as {SettingNames.InEnvironment(SettingNames.Store)}, which other users of the machine do not see",
    };

    private static T Use<T>(string? given, Func<PostgresCluster, T> ask)
    {
        string variable = SettingNames.InEnvironment(SettingNames.Store);
        string text = given ?? Environment.GetEnvironmentVariable(variable)
            ?? throw new StartupException($"store: is missing; set {variable} or give --store postgres:CONNECTION, the same as the silos have");
        string connection = StoreChoice.Parse(text).Postgres
            ?? throw new StartupException("store: sqlite has one process and no cluster; give postgres:CONNECTION, the same as the silos have");
        try
        {
            using PostgresStore store = PostgresStore.OpenAsIs(connection, TimeProvider.System);
            return ask(new PostgresCluster(store));
        }
        catch (StoreException error) when (!error.IsPassing)
        {
            throw StoreOpening.Failure(error);
        }
        catch (StoreException error)
        {
            throw new ServerException($"store: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}", error);
        }
    }
}
