namespace Routing.Mailbox.Remote;

/// <summary>Limits of one connection.</summary>
public sealed record SocketChannelOptions
{
    /// <summary>A side that has nothing to say says so this often.</summary>
    public int PingMs { get; init; } = 500;

    /// <summary>A peer from whom nothing comes for so long, or who takes nothing, is given up: it is dead, frozen or cut off.</summary>
    public int SilenceLimitMs { get; init; } = 2_000;

    /// <summary>While more waits to be sent, whatever can be kept back is kept back: effects that are sent again, events, answers, inputs.</summary>
    public int QueueLimitBytes { get; init; } = 16 << 20;

    /// <summary>What cannot be kept back (replies, the effects of the turn that has just been committed) is taken up to here; then the link is closed and begins anew.</summary>
    public int QueueHardLimitBytes { get; init; } = 256 << 20;

    /// <summary>Handed to the system at once: each piece has <see cref="SilenceLimitMs"/> to leave, so that a large backlog leaves over a slow network too.</summary>
    public int SendPieceBytes { get; init; } = 1 << 17;

    /// <summary>The largest frame that is read. A snapshot of 100,000 agents has some ten MiB.</summary>
    public int FrameLimitBytes { get; init; } = 256 << 20;

    /// <summary>The largest frame of a peer that has not proved yet who it is.</summary>
    public int GreetingLimitBytes { get; init; } = 4_096;

    /// <summary>How long a peer may take to prove who it is.</summary>
    public int GreetingLimitMs { get; init; } = 5_000;

    /// <summary>How long connecting may take.</summary>
    public int ConnectLimitMs { get; init; } = 2_000;
}
