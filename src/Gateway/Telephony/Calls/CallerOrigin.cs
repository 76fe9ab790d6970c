using System.Net;
using Routing.Sip.Dialogs;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>Where a call comes from, as long as it lives.</summary>
internal sealed record CallerOrigin
{
    /// <summary>The caller's INVITE; null for a call taken up after a restart whose INVITE has long been acknowledged.</summary>
    public required InviteServerTransaction? Invite { get; init; }

    /// <summary>The flow that the INVITE came by, or after a restart the nearest thing to it.</summary>
    public required SipFlow Flow { get; init; }

    /// <summary>Its name at the time of the INVITE.</summary>
    public required string FlowName { get; init; }

    /// <summary>
    /// Requests go down the flow: the caller is on a connection, or its address was rewritten on the way (NAT). Any other caller is reached at its
    /// Contact.
    /// </summary>
    public required bool UsesFlow { get; init; }

    /// <summary>Our address that the caller knows; hold media comes from it.</summary>
    public required IPAddress LocalAddress { get; init; }

    public required Dialog Dialog { get; init; }

    public required CallerIdentity Identity { get; init; }

    /// <summary>The caller's Allow has UPDATE.</summary>
    public required bool AllowsUpdate { get; init; }

    /// <summary>Of a call that arrives now.</summary>
    public static CallerOrigin Of(InviteServerTransaction invite, Dialog dialog, FlowTable flows)
    {
        var request = invite.Request;
        bool isRewritten = request.Headers.CountOf(HeaderId.Via) == 1 && NatDetection.IsRewritten(request.Via, invite.Flow, dialog.RemoteTarget);
        return new CallerOrigin
        {
            Invite = invite,
            Flow = invite.Flow,
            FlowName = flows.Name(invite.Flow),
            UsesFlow = invite.Flow.IsConnection || isRewritten,
            LocalAddress = invite.Flow.Local.Address,
            Dialog = dialog,
            Identity = CallerIdentity.Of(request),
            AllowsUpdate = LegShell.MayUpdate(request),
        };
    }
}
