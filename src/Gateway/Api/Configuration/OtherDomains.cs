using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Gateway.Api.Models;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Api.Configuration;

/// <summary>
/// Looks at a configuration before its domain is told: the domain knows nothing of the others, and gateways must tell all apart. Two that are changed within the same moment are not seen: then the one that comes first by its
/// name gets what both have, as it is with files of two silos.
/// </summary>
internal sealed class OtherDomains(IDomainHost host, TimeProvider time)
{
    /// <summary>For all of them. One that nobody has for longer must not keep an administrator from changing this one.</summary>
    public const int ReadLimitMs = 2_000;

    private const int AtATimeCount = 8;

    /// <summary>What speaks against it, and what is worth saying.</summary>
    /// <param name="reader">Compares.</param>
    /// <param name="file">By what messages call the configuration.</param>
    /// <param name="domain">As it is to be.</param>
    /// <param name="aborted">Nobody waits any more.</param>
    public async Task<ConfigurationOverlaps> CompareAsync(IConfigurationReader reader, string file, DomainConfiguration domain, CancellationToken aborted)
    {
        DomainId[] ids = [.. host.Domains.Where(other => other != domain.Domain).Order()];
        DomainConfiguration?[] found = new DomainConfiguration?[ids.Length];
        bool[] isRead = new bool[ids.Length];
        using CancellationTokenSource limit = new(TimeSpan.FromMilliseconds(ReadLimitMs), time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(aborted, limit.Token);
        try
        {
            await Parallel.ForAsync(0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = AtATimeCount, CancellationToken = either.Token }, async (i, cancellation) =>
            {
                found[i] = (await host.ReadConfigurationAsync(ids[i], null, cancellation))?.Configuration;
                isRead[i] = true;
            });
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            // What was read by then is compared, and the rest is named.
            return WithUnread(reader.Compare(file, domain, [.. found.OfType<DomainConfiguration>()]), file, [.. ids.Where((_, i) => !isRead[i])]);
        }

        return reader.Compare(file, domain, [.. found.OfType<DomainConfiguration>()]);
    }

    private static ConfigurationOverlaps WithUnread(ConfigurationOverlaps overlaps, string file, DomainId[] unread) => overlaps with
    {
        Warnings =
        [
            .. overlaps.Warnings,
            new ConfigurationMistakeModel
            {
                File = file,
                Line = 0,
                Column = 0,
                Problem = $"domain {string.Join(", ", unread.Take(3))}{(unread.Length > 3 ? $" and {unread.Length - 3} more" : "")} did not answer, so hosts and numbers were not compared with it",
                Remedy = "see that it is served, and send the same again with dryRun=true",
            },
        ],
    };
}
