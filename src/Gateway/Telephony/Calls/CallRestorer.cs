using System.Text;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Sip.Dialogs;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// Builds the calls of this gateway's former life from the records that the domains kept. What cannot be built is reported as a lost caller, so
/// that no agent is kept for it. Doing it again after a crash in the middle is the same: nothing here is stored, and what is sent is a repeat.
/// </summary>
internal sealed class CallRestorer(GatewayServices services)
{
    /// <summary>
    /// CSeq numbers left out for each life of the gateway since a record was written: requests may have been sent whose numbers were not stored.
    /// </summary>
    public const int CSeqStep = 1_000;

    private const int CSeqSkipLimit = 1_000_000_000;

    public void Restore(DomainId domain, RestoreCall effect)
    {
        if (services.Calls.Find(effect.Call) is not null)
        {
            return;
        }

        services.Pass(CrashPoint.BeforeRestore);
        var records = ReadRecords(effect.Legs);
        if (TryRestore(domain, effect, records))
        {
            services.Pass(CrashPoint.AfterRestore);
            services.Counters.Add(SipGatewayCounter.CallsArrived);
            services.Counters.Add(effect.Owed is null ? SipGatewayCounter.CallsRestored : SipGatewayCounter.CallsEndedAgain);
            return;
        }

        if (effect.Owed is not null)
        {
            // Its end is known to the domain: nobody is kept for it.
            return;
        }

        services.Counters.Add(SipGatewayCounter.CallsNotRestored);
        LostCall lost = new(services, effect, records);
        if (TryRestore(domain, lost.AsEnded(), records))
        {
            services.Counters.Add(SipGatewayCounter.CallsArrived);
        }
        else
        {
            lost.End();
        }

        services.Domains.Send(domain, new CallerLeft(effect.Call, CallerLeaveCause.Lost, "its leg could not be restored"), repeats: true, static _ => { });
    }

    /// <summary>How far the caller was, as far as it is stored: the INVITE is kept until the ACK came.</summary>
    public static CallerPhase PhaseOf(LegRecord caller) =>
        caller.Invite.IsEmpty ? CallerPhase.Confirmed
        : caller.Phase >= (int)CallerPhase.Answered ? CallerPhase.Answered
        : CallerPhase.Proceeding;

    public static StoredMedia MediaOf(LegRecord record, CallerOrigin? origin)
    {
        var remote = ReadSdp(record.DescriptionRemote) ?? (origin?.Invite is { } invite ? SdpBody.Read(invite.Request) : null);
        return new StoredMedia(remote, ReadSdp(record.DescriptionSent), record.DescriptionVersion);
    }

    /// <summary>The dialog of a record, its CSeq ahead of all that may have been sent since. Null when the record has none, or none that can be read.</summary>
    public static Dialog? DialogOf(LegRecord record, long incarnation)
    {
        if (record.Dialog is not { } snapshot)
        {
            return null;
        }

        try
        {
            var dialog = Dialog.Restore(snapshot);
            dialog.SkipLocalCSeq((int)Math.Clamp((incarnation - record.Incarnation) * CSeqStep, 0, CSeqSkipLimit));
            return dialog;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private bool TryRestore(DomainId domain, RestoreCall effect, List<LegRecord> records)
    {
        bool hasAgent = effect.Offers.Any(offer => records.Exists(record => record.Leg == LegRef.Agent(offer.Offer.Number).ToString()));
        if (effect.State == CallState.Talking && !hasAgent)
        {
            return false;
        }

        string callerLeg = LegRef.Caller.ToString();
        if (records.Find(record => record.Leg == callerLeg) is not { } caller || OriginOf(effect.Call, caller) is not { } origin)
        {
            return false;
        }

        CallSession session = new(services, domain, effect.Call, origin);
        services.Calls.TryAdd(session);
        session.Restore(effect, caller, records);
        if (effect.Owed is null)
        {
            services.Audit.AddRestored(session);
        }
        else
        {
            services.Closed.AddEnded(session);
        }

        return true;
    }

    private CallerOrigin? OriginOf(CallId call, LegRecord record)
    {
        SipRequest? request = null;
        if (!record.Invite.IsEmpty)
        {
            if (!SipParser.TryParse(record.Invite.Span, SipLimits.Default, out var message, out _) || message is not SipRequest { IsInvite: true } invite)
            {
                return null;
            }

            request = invite;
        }

        if (services.Flows.FindOrReplace(record.Flow, request?.Via, services.Stack) is not { } flow)
        {
            return null;
        }

        var dialog = DialogOf(record, services.Options.Incarnation);
        if (dialog is null
            && (request is null || !Dialog.TryCreateUas(request, services.Ids.CallerTag(call), AgentInviter.ContactOf(flow, request.RequestUri.User), isOverTls: false, out dialog)))
        {
            return null;
        }

        // Once answered it must end by itself: nobody answers it again when the caller has left.
        var transaction = request is null ? null : services.Stack.RestoreInvite(request, flow, isAccepted: PhaseOf(record) == CallerPhase.Answered);
        return new CallerOrigin
        {
            Invite = transaction,
            Flow = flow,
            FlowName = record.Flow,
            // A connection of the former life is gone: such a caller can only be reached at its Contact.
            UsesFlow = record.UsesFlow && !flow.IsConnection,
            LocalAddress = FlowTable.LocalAddressOf(record.Flow) ?? flow.Local.Address,
            Dialog = dialog,
            Identity = IdentityOf(request, record),
            AllowsUpdate = request is null ? record.AllowsUpdate : LegShell.MayUpdate(request),
        };
    }

    private static CallerIdentity IdentityOf(SipRequest? request, LegRecord record)
    {
        if (request is not null)
        {
            return CallerIdentity.Of(request);
        }

        return NameAddress.TryParse(record.Dialog!.RemoteAddress, out var address)
            ? new CallerIdentity(address.Uri.User, address.DisplayName)
            : new CallerIdentity(null, null);
    }

    private static List<LegRecord> ReadRecords(IReadOnlyList<LegState> legs)
    {
        List<LegRecord> records = [];
        foreach (var leg in legs)
        {
            try
            {
                records.Add(LegRecord.Parse(leg.State.Span));
            }
            catch (FormatException)
            {
                // Of a newer version, or damaged: as if it were not there. Without the caller's record the call is reported as lost.
            }
        }

        return records;
    }

    private static SessionDescription? ReadSdp(string text) =>
        text.Length > 0 && SessionDescription.TryParse(Encoding.UTF8.GetBytes(text), SdpLimits.Default, out var description, out _) ? description : null;
}
