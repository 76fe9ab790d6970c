using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;

namespace Routing.Grains.Configuration;

/// <summary>Mistakes in what a queue borrows and lends. Whether the other domain is there, has the queue and names this one as a guest is its own configuration's to say: it refuses.</summary>
/// <param name="own">The domain itself.</param>
/// <param name="add">Takes a mistake: where, what, and what to do.</param>
internal sealed class LendingCheck(DomainId own, Action<string, string, string> add)
{
    /// <summary>Domains that one queue may name as guests.</summary>
    public const int MaxGuestsCount = 100;

    public void Check(string at, QueueConfiguration queue)
    {
        if (queue.Borrow.Count > QueueConfiguration.MaxBorrowCount)
        {
            add($"{at}.borrow", $"there are {queue.Borrow.Count} entries", $"{QueueConfiguration.MaxBorrowCount} are the most");
        }

        HashSet<(DomainId, QueueId)> asked = [];
        for (int i = 0; i < queue.Borrow.Count; i++)
        {
            BorrowRule rule = queue.Borrow[i];
            string ruleAt = $"{at}.borrow[{i}]";
            CheckDomain($"{ruleAt}.domain", rule.Domain, "its own agents are asked anyway: name another domain, or widen 'needs' by 'rings'");
            if (!asked.Add((rule.Domain, rule.Queue)))
            {
                add($"{ruleAt}.queue", $"queue '{rule.Queue}' of domain '{rule.Domain}' is asked twice", "remove one of them");
            }

            if (rule.AfterMs is < 0 or > ConfigurationCheck.MaxDurationMs)
            {
                add($"{ruleAt}.afterMs", $"is {DurationWords.Of(rule.AfterMs)}", $"it must be from 0 to {DurationWords.Of(ConfigurationCheck.MaxDurationMs)}");
            }
        }

        if (queue.Guests.Count > MaxGuestsCount)
        {
            add($"{at}.guests", $"there are {queue.Guests.Count} entries", $"{MaxGuestsCount} are the most");
        }

        for (int i = 0; i < queue.Guests.Count; i++)
        {
            CheckDomain($"{at}.guests[{i}]", queue.Guests[i], "its own calls are served anyway: name another domain, or remove it");
        }
    }

    private void CheckDomain(string at, DomainId domain, string ifOwn)
    {
        if (domain == own)
        {
            add(at, $"'{domain}' is this domain", ifOwn);
        }
        else if (domain.Value is null || domain.Value.Length > PeerAddress.MaxDomainLengthChars)
        {
            add(at, $"'{domain}' is no domain that can be reached", $"names of at most {PeerAddress.MaxDomainLengthChars} characters can");
        }
    }
}
