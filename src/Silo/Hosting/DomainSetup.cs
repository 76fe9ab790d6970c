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

    /// <summary>The configurations that are in force: the files', or what the domains were told since the files last changed.</summary>
    /// <param name="host">Reaches the domains.</param>
    /// <param name="add">Makes sure that a domain is there; called before it is spoken to.</param>
    /// <param name="settings">For the demo's guard.</param>
    /// <param name="described">Each of a domain of its own.</param>
    /// <param name="isShared">Other silos may have copies of the files, newer ones too: one that was in force before changes nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StartupException">A domain does not take its configuration, or not in time.</exception>
    public static async Task<IReadOnlyList<DomainConfiguration>> BringAsync(
        IDomainHost host, Func<DescribedDomain, CancellationToken, Task> add, SiloSettings settings, IReadOnlyList<DescribedDomain> described, bool isShared, CancellationToken cancellation)
    {
        List<DomainConfiguration> inForce = [];
        foreach (DescribedDomain domain in described)
        {
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limited.CancelAfter(ConfigurationTimeout);
            try
            {
                await add(domain, limited.Token);
                inForce.Add(await BringAsync(host, domain, isShared, limited.Token));
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

    private static async Task<DomainConfiguration> BringAsync(IDomainHost host, DescribedDomain described, bool isShared, CancellationToken cancellation)
    {
        while (true)
        {
            ConfigurationDetail? before = await host.ReadConfigurationAsync(described.Domain, null, cancellation);
            if (isShared && before is not null && DomainFile.IsFormer(described.Configuration, before))
            {
                string apply = described.File.Path is { } path ? $"; 'routing config apply {path}', or SIGHUP, applies it nevertheless" : "";
                await NoteAsync($"{described.File.Name} is what domain {described.Domain} had before version {before.Version.Version}, which stays in force{apply}");
                return before.Configuration;
            }

            CommandReply reply = await DomainFile.ApplyAsync(host, described.Read, before, "at the start", cancellation);
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

            // Calls wait in a queue that the file has no more: not to start would lose them.
            await NoteAsync(reply.IsOk
                ? described.File.Difference(described.Configuration, inForce)
                : $"{reply.Detail!.ReplaceLineEndings(" ")} Version {inForce.Version.Version} stays in force; SIGHUP reads {described.File.Name} again");
            return inForce.Configuration;
        }
    }

    private static Task NoteAsync(string? note) => note is null ? Task.CompletedTask : Console.Error.WriteLineAsync("routing: config: " + note);
}
