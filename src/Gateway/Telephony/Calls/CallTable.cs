using System.Runtime.InteropServices;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony.Defence;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>The live calls and their dialogs. Empty when no call is left. SIP thread; the counts may be read from any.</summary>
internal sealed class CallTable
{
    private readonly Dictionary<CallId, CallSession> _calls = [];
    private readonly Dictionary<string, LegShell> _legs = new(StringComparer.Ordinal);
    private readonly Dictionary<DomainId, int> _ofDomains = [];
    private readonly Dictionary<SourceKey, int> _ofSources = [];
    private Action? _whenEmpty;

    public int Count => _calls.Count;

    public int LegCount => _legs.Count;

    /// <summary>Calls whose caller hears our tone.</summary>
    public int OnHoldCount { get; private set; }

    /// <summary>Calls whose media is between caller and agent.</summary>
    public int ConnectedCount { get; private set; }

    public IEnumerable<CallSession> Calls => _calls.Values;

    /// <summary>Keeps the two counts, so that nobody has to walk over the calls from another thread.</summary>
    public void CountChange(int onHold, int connected)
    {
        OnHoldCount += onHold;
        ConnectedCount += connected;
    }

    public bool TryAdd(CallSession session)
    {
        bool isNew = _calls.TryAdd(session.Call, session);
        if (isNew)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_ofDomains, session.Domain, out _)++;
            CollectionsMarshal.GetValueRefOrAddDefault(_ofSources, session.Source, out _)++;
        }

        return isNew;
    }

    /// <summary>Whether the domain has calls here.</summary>
    public bool Has(DomainId domain) => _ofDomains.GetValueOrDefault(domain) > 0;

    /// <summary>Live calls that came from a source.</summary>
    public int CountOf(SourceKey source) => _ofSources.GetValueOrDefault(source);

    public CallSession? Find(CallId call) => _calls.GetValueOrDefault(call);

    public void Remove(CallSession session)
    {
        if (_calls.Remove(session.Call))
        {
            _ofDomains[session.Domain]--;
            if (--CollectionsMarshal.GetValueRefOrAddDefault(_ofSources, session.Source, out _) == 0)
            {
                _ofSources.Remove(session.Source);
            }
        }

        if (_calls.Count == 0)
        {
            _whenEmpty?.Invoke();
        }
    }

    /// <summary>Tells when no call is left, at once when there is none, and again whenever that comes about.</summary>
    public void WhenEmpty(Action tell)
    {
        _whenEmpty = tell;
        if (_calls.Count == 0)
        {
            tell();
        }
    }

    /// <summary>The leg whose dialog has this tag of ours; tags derive from ids by keyed hash, so they are unique.</summary>
    public LegShell? FindLeg(string localTag) => _legs.GetValueOrDefault(localTag);

    public void AddLeg(LegShell leg) => _legs[leg.Dialog.Id.LocalTag] = leg;

    public void RemoveLeg(LegShell leg)
    {
        if (_legs.TryGetValue(leg.Dialog.Id.LocalTag, out var known) && known == leg)
        {
            _legs.Remove(leg.Dialog.Id.LocalTag);
        }
    }
}
