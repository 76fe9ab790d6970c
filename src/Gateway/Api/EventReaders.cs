using Microsoft.Extensions.Options;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>
/// Places of those who read the stream of events at this moment, long polls included: some for each key and some for the process, so that what readers cost is bounded
/// and one program that opens polls without end shuts nobody else out.
/// </summary>
internal sealed class EventReaders(IOptions<RoutingWebOptions> options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _ofKey = [];
    private int _all;

    /// <summary>Takes a place; false when all of the key's or all of the process's are taken.</summary>
    public bool TryEnter(Grant grant)
    {
        string key = KeyOf(grant);
        lock (_lock)
        {
            int ofKey = _ofKey.GetValueOrDefault(key);
            if (_all >= options.Value.MaxEventReadersCount || ofKey >= options.Value.MaxEventReadersPerKeyCount)
            {
                return false;
            }

            _all++;
            _ofKey[key] = ofKey + 1;
            return true;
        }
    }

    public void Leave(Grant grant)
    {
        string key = KeyOf(grant);
        lock (_lock)
        {
            _all--;
            if (--_ofKey[key] == 0)
            {
                _ofKey.Remove(key);
            }
        }
    }

    private static string KeyOf(Grant grant) => grant.KeySha256 ?? grant.Name;
}
