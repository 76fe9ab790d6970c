using Routing.Contracts.Lending;

namespace Routing.Mailbox.Hosting;

/// <summary>A message of a <see cref="PeerStream"/> that is not acknowledged yet.</summary>
internal sealed class PeerEntry(long number, PeerMessage message)
{
    public long Number { get; } = number;

    public PeerMessage Message { get; } = message;

    /// <summary>The sending it was given in last: a reply to an earlier one does not hold up this one.</summary>
    public int Round { get; set; }

    public bool IsDone { get; set; }
}
