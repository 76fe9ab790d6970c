using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;

namespace Routing.Silo.Hosting;

/// <summary>Brings what a process was given to its domains, at the start.</summary>
internal static class DomainSetup
{
    /// <summary>How long the store may take to load a domain and take its configuration.</summary>
    private static readonly TimeSpan ConfigurationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Between attempts when nobody has the domain yet, or it moves.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Of a process by itself: the configurations that are in force, the files' or what the domains were told since the files last changed. It serves all of them, or does not start.</summary>
    /// <param name="host">Reaches the domains.</param>
    /// <param name="add">Makes sure that a domain is there; called before it is spoken to.</param>
    /// <param name="settings">For the demo's guard.</param>
    /// <param name="described">Each of a domain of its own.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StartupException">A domain does not take its configuration, or not in time.</exception>
    public static async Task<IReadOnlyList<DomainConfiguration>> BringAsync(
        IDomainHost host, Func<DescribedDomain, CancellationToken, Task> add, SiloSettings settings, IReadOnlyList<DescribedDomain> described, CancellationToken cancellation)
    {
        List<DomainConfiguration> inForce = [];
        foreach (DescribedDomain domain in described)
        {
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limited.CancelAfter(ConfigurationTimeout);
            try
            {
                await add(domain, limited.Token);
                inForce.Add(await TellAsync(host, domain, isShared: false, limited.Token));
            }
            catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
            {
                string why = host.Status().NotReadyReason is { } reason ? ": " + reason.ReplaceLineEndings(" ").TrimEnd('.') : "";
                throw new StartupException($"data: domain {domain.Domain} could not be loaded within {ConfigurationTimeout.TotalSeconds:0} s{why}", error);
            }
            catch (StoreException error)
            {
                throw new StartupException($"store: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}", error);
            }

            DemoGuard.Check(inForce[^1], settings);
        }

        return inForce;
    }

    /// <summary>Tells one domain its file. Returns what is in force then.</summary>
    /// <param name="host">Reaches the domain.</param>
    /// <param name="described">The file.</param>
    /// <param name="isShared">Other silos may have copies of the file, newer ones too: one that the domain had before changes nothing. A domain that moves is told again.</param>
    /// <param name="cancellation">Gives up; it may happen nevertheless.</param>
    /// <exception cref="StartupException">The domain does not take it.</exception>
    public static async Task<DomainConfiguration> TellAsync(IDomainHost host, DescribedDomain described, bool isShared, CancellationToken cancellation)
    {
        while (true)
        {
            ConfigurationDetail? before = await host.ReadConfigurationAsync(described.Domain, null, cancellation);
            if (isShared && before is not null && DomainFile.IsInForce(described.Read, before))
            {
                await NoteAsync(Note(described, CommandReply.Ok, before));
                return before.Configuration;
            }

            CommandReply reply = await DomainFile.ApplyAsync(host, described.Read, before, "at the start", isShared, cancellation);
            if (isShared && reply.Code == ReplyCode.Unavailable)
            {
                // It moves, or its owner died: whoever has it next is told. That it may have happened does no harm, the same file changes nothing twice.
                await Task.Delay(Pause, TimeProvider.System, cancellation);
                continue;
            }

            if (await host.ReadConfigurationAsync(described.Domain, null, cancellation) is not { } inForce || !(reply.IsOk || reply.Code == ReplyCode.Conflict))
            {
                throw new StartupException($"config: {reply.Detail?.ReplaceLineEndings("; ") ?? reply.Code.ToString()}");
            }

            await NoteAsync(Note(described, reply, inForce));
            return inForce.Configuration;
        }
    }

    private static string? Note(DescribedDomain described, CommandReply reply, ConfigurationDetail inForce)
    {
        if (reply is ConfigurationReply { IsFormer: true })
        {
            string apply = described.File.Path is { } path ? $"; 'routing config apply {path}', or SIGHUP, applies it nevertheless" : "";
            return $"{described.File.Name} is what domain {described.Domain} had before version {inForce.Version.Version}, which stays in force{apply}";
        }

        // Calls wait in a queue that the file has no more: not to start would lose them.
        return reply.IsOk
            ? described.File.Difference(described.Configuration, inForce)
            : $"{reply.Detail!.ReplaceLineEndings(" ")} Version {inForce.Version.Version} stays in force; SIGHUP reads {described.File.Name} again";
    }

    private static Task NoteAsync(string? note) => note is null ? Task.CompletedTask : Console.Error.WriteLineAsync("routing: config: " + note);
}
