namespace Routing.Contracts.Configuration;

/// <summary>
/// A recording that callers can be played. Its sound is part of the configuration: a gateway elsewhere needs no file, a rollback brings back what was heard, and a
/// change of the file is a change of the configuration.
/// </summary>
/// <remarks>Limits keep a configuration in a row, and a call that is turned away from holding a port for long.</remarks>
public sealed record AnnouncementConfiguration
{
    /// <summary>Longest one, milliseconds.</summary>
    public const int MaxLengthMs = 120_000;

    /// <summary>Of all announcements of a domain together: almost nine minutes.</summary>
    public const int MaxTotalBytes = 4 * 1024 * 1024;

    /// <summary>Samples of a millisecond, and bytes in G.711.</summary>
    public const int BytesPerMillisecond = 8;

    /// <summary>Announcements of a domain, at most.</summary>
    public const int MaxCount = 100;

    public required string Name { get; init; }

    /// <summary>How <see cref="Audio"/> is written. A caller who speaks the other law hears it converted.</summary>
    public required AudioLaw Law { get; init; }

    /// <summary>G.711, one channel, 8,000 samples a second, without a header.</summary>
    public required ReadOnlyMemory<byte> Audio { get; init; }

    /// <summary>How long it plays, milliseconds, rounded up.</summary>
    public int LengthMs => (Audio.Length + BytesPerMillisecond - 1) / BytesPerMillisecond;
}
