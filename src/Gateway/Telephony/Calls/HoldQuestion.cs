using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>Our INVITE to a caller who hears the tone: that it comes from another address now, or whether the caller is still there.</summary>
internal sealed class HoldQuestion(CallOutput output, DialogLeg dialog)
{
    private SessionDescription? _wanted;
    private SessionDescription? _asked;
    private bool _isAudit;

    /// <summary>It is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The caller must hear of this description, once nothing else is open; null when it knows all that it must.</summary>
    public void Want(SessionDescription? offer)
    {
        _wanted = offer;
        _isAudit = false;
    }

    /// <summary>Asks with what the caller was told last, unless something is to be asked anyway.</summary>
    public void Audit()
    {
        if (_wanted is null && dialog is { CanAsk: true, Media.Sent: { } sent })
        {
            _wanted = sent;
            _isAudit = true;
        }
    }

    /// <summary>Asks when it can. Called after every input while the caller hears the tone.</summary>
    public void Advance()
    {
        if (_wanted is { } offer && dialog.CanAsk)
        {
            _asked = offer;
            _wanted = null;
            IsOpen = true;
            dialog.Exchange = LegExchange.Asking;
            output.Emit(new CallAction.Reinvite(dialog.Ref, offer));
        }
    }

    /// <summary>The final response. Glare is asked again, but for an audit, to which it is an answer.</summary>
    /// <returns>False when the caller does not know the dialog, or does not answer (RFC 3261 §14.1).</returns>
    public bool Answered(int status, SessionDescription? answer)
    {
        bool accepted = status is >= 200 and < 300;
        IsOpen = false;
        if (accepted)
        {
            output.Emit(new CallAction.AckReinvite(dialog.Ref, null));
        }

        if (dialog.IsOver)
        {
            return true;
        }

        dialog.Exchange = LegExchange.None;
        if (accepted)
        {
            dialog.Heard(answer);
            dialog.GlareRounds = 0;
            output.Emit(new CallAction.Save(dialog.Ref, Before: false));
        }
        else if (status == DialogLeg.Glare && !_isAudit && dialog.TryBackOff(output))
        {
            _wanted ??= _asked;
        }

        return status is not (408 or 481);
    }
}
