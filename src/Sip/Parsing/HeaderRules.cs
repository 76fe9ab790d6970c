using System.Text;
using Routing.Sip.Messages;

namespace Routing.Sip.Parsing;

/// <summary>
/// What every message must have and how often (RFC 3261 §8.1.1, §20). Only headers that this library itself relies on are checked:
/// a malformed Date or an unknown header harms nobody.
/// </summary>
internal static class HeaderRules
{
    private const int MaxMaxForwards = 255;

    public static void Check(SipHead head)
    {
        var headers = head.Headers;
        ReadOnlySpan<HeaderId> single =
            [HeaderId.From, HeaderId.To, HeaderId.CallId, HeaderId.CSeq, HeaderId.MaxForwards, HeaderId.ContentType];
        foreach (var id in single)
        {
            if (headers.CountOf(id) > 1)
            {
                head.Refuse(SipRejectionReason.DuplicateHeader);
            }
        }

        CheckAddress(head, headers[HeaderId.From], headers.From, SipRejectionReason.MissingFrom, SipRejectionReason.BadFrom);
        CheckAddress(head, headers[HeaderId.To], headers.To, SipRejectionReason.MissingTo, SipRejectionReason.BadTo);
        CheckCallId(head, headers.CallId);
        CheckCSeq(head);
        if (headers[HeaderId.MaxForwards] is not null && headers.MaxForwards is null or > MaxMaxForwards)
        {
            head.Refuse(SipRejectionReason.BadMaxForwards);
        }

        CheckLists(head);
        if (headers.Via is null)
        {
            head.Refuse(headers.Contains(HeaderId.Via) ? SipRejectionReason.BadVia : SipRejectionReason.MissingVia);
        }
    }

    /// <summary>The reason for a malformed list header.</summary>
    public static SipRejectionReason FaultOf(HeaderId id) => id switch
    {
        HeaderId.Via => SipRejectionReason.BadVia,
        HeaderId.Contact => SipRejectionReason.BadContact,
        _ => SipRejectionReason.BadRoute,
    };

    /// <summary>Tags are compared byte by byte, so they must not depend on how a line was decoded.</summary>
    private static void CheckAddress(SipHead head, string? text, NameAddress? address, SipRejectionReason missing, SipRejectionReason bad)
    {
        if (text is null)
        {
            head.Refuse(missing);
        }
        else if (address is null || (address.Tag is { } tag && (tag.Length == 0 || !Ascii.IsValid(tag))))
        {
            head.Refuse(bad);
        }
    }

    private static void CheckCallId(SipHead head, string? callId)
    {
        if (callId is null)
        {
            head.Refuse(SipRejectionReason.MissingCallId);
        }
        else if (callId.Length == 0 || !Ascii.IsValid(callId) || callId.AsSpan().ContainsAny(' ', '\t'))
        {
            head.Refuse(SipRejectionReason.BadCallId);
        }
    }

    private static void CheckCSeq(SipHead head)
    {
        if (head.Headers.CSeq is not { } cseq)
        {
            head.Refuse(head.Headers.Contains(HeaderId.CSeq) ? SipRejectionReason.BadCSeq : SipRejectionReason.MissingCSeq);
        }
        else if (head.Method is { } method && cseq.Method != method)
        {
            head.Refuse(SipRejectionReason.CSeqMethodMismatch);
        }
    }

    private static void CheckLists(SipHead head)
    {
        var headers = head.Headers;
        var vias = 0;
        var contacts = 0;
        foreach (var (id, _, value) in headers)
        {
            switch (id)
            {
                case HeaderId.Via when vias++ == 0:
                    // The top one is parsed once and remembered.
                    if (headers.Via is not { } top || (top.Branch is { } branch && !Ascii.IsValid(branch)))
                    {
                        head.Refuse(SipRejectionReason.BadVia);
                    }

                    break;
                case HeaderId.Via when !Via.TryParse(value, out _):
                    head.Refuse(SipRejectionReason.BadVia);
                    break;
                case HeaderId.Contact:
                    contacts++;
                    break;
                case HeaderId.Route or HeaderId.RecordRoute when !NameAddress.TryParse(value, out _):
                    head.Refuse(SipRejectionReason.BadRoute);
                    break;
                default:
                    break;
            }
        }

        // The list leaves out what is malformed; "*" must stand alone (RFC 3261 §10.2.2).
        if (contacts > 0 && headers.Contacts.Count != contacts && !(contacts == 1 && headers.HasWildcardContact))
        {
            head.Refuse(SipRejectionReason.BadContact);
        }
    }
}
