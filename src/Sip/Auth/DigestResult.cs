namespace Routing.Sip.Auth;

/// <summary>
/// What became of credentials. Everything but <see cref="Accepted"/> and <see cref="UriMismatch"/> is answered with a new challenge.
/// </summary>
public enum DigestResult : byte
{
    Accepted,

    /// <summary>Unknown user or wrong password: count it against its source.</summary>
    WrongResponse,

    /// <summary>The nonce is none of ours.</summary>
    UnknownNonce,

    /// <summary>The response is right, but the nonce is too old, or from before our start: challenge with stale=true.</summary>
    StaleNonce,

    /// <summary>
    /// The response is right, but this nonce count was used before: somebody repeats what he has heard. Challenge with stale=true.
    /// </summary>
    Replayed,

    /// <summary>The digest is for another user part than the request: 400.</summary>
    UriMismatch,

    /// <summary>Realm or algorithm is not what was offered.</summary>
    NotOffered,
}
