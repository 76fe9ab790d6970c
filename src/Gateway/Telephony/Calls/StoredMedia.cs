using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>The two descriptions of a leg as its durable record has them.</summary>
/// <param name="Remote">The other end's last offer or answer, or null.</param>
/// <param name="Sent">Our last offer or answer, or null.</param>
/// <param name="Version">Version of the o= line of <paramref name="Sent"/>.</param>
public sealed record StoredMedia(SessionDescription? Remote, SessionDescription? Sent, long Version);
