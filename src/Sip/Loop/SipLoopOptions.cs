namespace Routing.Sip.Loop;

/// <summary>Limits of a <see cref="SipLoop"/>.</summary>
public sealed record SipLoopOptions
{
    /// <summary>Name of the thread, as seen in dumps.</summary>
    public string ThreadName { get; init; } = "sip-loop";

    /// <summary>Most items waiting in the inbox before work from the network is refused.</summary>
    public int NetworkInboxLimitItems { get; init; } = 16_384;

    /// <summary>Most items waiting in the inbox before any work is refused; at least <see cref="NetworkInboxLimitItems"/>.</summary>
    public int InboxLimitItems { get; init; } = 65_536;

    /// <summary>Items run before due timers are looked at again: bounds how late a timer can be under load.</summary>
    public int BatchLimitItems { get; init; } = 64;
}
