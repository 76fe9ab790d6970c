using System.Runtime.InteropServices;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>
/// What each domain says before it has heard of this life of the gateway and has handed back its calls. A host brings at once all that the former life did not acknowledge, the <see cref="RestoreCall"/> of that life among it: older than
/// what the calls are handed back as, and part of it. So all of it is kept until the domain was joined, and of each call only what follows its last <see cref="RestoreCall"/> is carried out. SIP thread.
/// </summary>
/// <param name="services">Of the gateway.</param>
/// <param name="takeUp">Carries out an effect of a call that is here or is handed back by it. Any other call had ended before: nobody is kept for it.</param>
internal sealed class EarlyEffects(GatewayServices services, Action<DomainId, Effect> takeUp)
{
    private readonly Dictionary<DomainId, List<Effect>> _held = [];

    /// <summary>Everything that they hand back has come.</summary>
    private readonly List<DomainId> _joined = [];
    private readonly HashSet<DomainId> _open = [];

    /// <summary>True when the calls of this domain were not taken up yet: the effect is kept until then.</summary>
    public bool TryHold(DomainId domain, Effect effect)
    {
        if (_open.Contains(domain))
        {
            return false;
        }

        (CollectionsMarshal.GetValueRefOrAddDefault(_held, domain, out _) ??= []).Add(effect);
        return true;
    }

    /// <summary>The domain was told of this life, and all that came of it is here: its calls can be taken up (<see cref="TryTakeUp"/>).</summary>
    public void Join(DomainId domain)
    {
        if (!_open.Contains(domain) && !_joined.Contains(domain))
        {
            _joined.Add(domain);
            if (_held.TryGetValue(domain, out var effects) && effects.Exists(static effect => effect is RestoreCall))
            {
                services.Domains.Restores(domain);
            }
        }
    }

    /// <summary>
    /// Takes up the calls of the domains that were joined. False when one of them is left: frozen since it was told, this process may have been given up meanwhile. It is asked; when it did, this life ends.
    /// </summary>
    public bool TryTakeUp()
    {
        foreach (var domain in _joined.ToArray())
        {
            if (services.Domains.LeaseIsCurrent(domain))
            {
                TakeUp(domain);
            }
        }

        return _joined.Count == 0;
    }

    private void TakeUp(DomainId domain)
    {
        _joined.Remove(domain);
        _open.Add(domain);
        _held.Remove(domain, out var effects);
        effects ??= [];
        Dictionary<CallId, int> handedBackAt = [];
        for (int i = 0; i < effects.Count; i++)
        {
            if (effects[i] is RestoreCall restore)
            {
                handedBackAt[restore.Call] = i;
            }
        }

        for (int i = 0; i < effects.Count; i++)
        {
            if (!handedBackAt.TryGetValue(effects[i].Call, out int from) || i >= from)
            {
                takeUp(domain, effects[i]);
            }
        }

        services.Readiness.EndJoin(domain);
    }
}
