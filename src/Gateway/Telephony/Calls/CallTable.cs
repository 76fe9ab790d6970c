using System.Runtime.InteropServices;
using Routing.Contracts.Ids;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>The live calls and their dialogs. Empty when no call is left. SIP thread; the counts may be read from any.</summary>
internal sealed class CallTable
{
    private readonly Dictionary<CallId, CallSession> _calls = [];
    private readonly Dictionary<string, LegShell> _legs = new(StringComparer.Ordinal);
    private readonly Dictionary<DomainId, int> _ofDomains = [];
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
        CollectionsMarshal.GetValueRefOrAddDefault(_ofDomains, session.Domain, out _) += isNew ? 1 : 0;
        return isNew;
    }

    /// <summary>Whether the domain has calls here.</summary>
    public bool Has(DomainId domain) => _ofDomains.GetValueOrDefault(domain) > 0;

    public CallSession? Find(CallId call) => _calls.GetValueOrDefault(call);

    public void Remove(CallSession session)
    {
        if (_calls.Remove(session.Call))
        {
            _ofDomains[session.Domain]--;
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
