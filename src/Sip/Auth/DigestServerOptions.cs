namespace Routing.Sip.Auth;

/// <summary>Settings of <see cref="DigestServer"/>.</summary>
public sealed record DigestServerOptions
{
    /// <summary>Offered in this order. Some phones fail on any SHA-256 challenge, so MD5 alone is the default.</summary>
    public IReadOnlyList<DigestAlgorithm> Algorithms { get; init; } = [DigestAlgorithm.Md5];

    /// <summary>How long a nonce may be used.</summary>
    public TimeSpan NonceLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Nonces in use that are remembered against replays. Beyond it the oldest become stale, which costs their users one more round.
    /// </summary>
    public int MaxTrackedNonces { get; init; } = 100_000;
}
