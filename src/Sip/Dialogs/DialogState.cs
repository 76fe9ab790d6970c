namespace Routing.Sip.Dialogs;

/// <summary>RFC 3261 §12. The numbers are stored.</summary>
public enum DialogState : byte
{
    Early = 0,
    Confirmed = 1,
    Terminated = 2,
}
