using Routing.Sip.Dialogs;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>The INVITE to one binding: its transaction and the dialogs that its 200s made.</summary>
/// <param name="offer">Number of the offer.</param>
/// <param name="index">Of the binding among the offer's targets.</param>
/// <param name="flow">The flow that it had to use, or null.</param>
internal sealed class BranchShell(int offer, int index, SipFlow? flow)
{
    private readonly Dictionary<string, LegShell> _dialogs = new(StringComparer.Ordinal);

    public int Offer { get; } = offer;

    public int Index { get; } = index;

    public SipFlow? Flow { get; } = flow;

    public InviteClientTransaction? Transaction { get; set; }

    /// <summary>Tag of the first 200, whose dialog the offer's answer is.</summary>
    public string? FirstTag { get; private set; }

    /// <summary>Tags of the 200s, each of which was acknowledged or is about to be.</summary>
    public IEnumerable<string> Tags => _dialogs.Keys;

    public LegShell? DialogWith(string tag) => _dialogs.GetValueOrDefault(tag);

    /// <summary>Makes the dialog of a 200, once for each tag. Null when it can make none (no Contact).</summary>
    public LegShell? Open(string tag, SipResponse success, Func<Dialog, LegShell> make)
    {
        if (_dialogs.TryGetValue(tag, out var known))
        {
            return known;
        }

        if (!Dialog.TryCreateUac(Transaction!.Request, success, isOverTls: false, out var dialog))
        {
            return null;
        }

        FirstTag ??= tag;
        var leg = make(dialog);
        _dialogs.Add(tag, leg);
        return leg;
    }
}
