using Routing.Contracts.Ids;

namespace Routing.Contracts.Effects;

/// <summary>
/// Play an announcement once, from its beginning, after a 200 to a caller who has none yet; silence follows. The domain ends the call by a timer of its own, so nothing is
/// reported when it was heard to its end.
/// </summary>
/// <param name="Call">Which call.</param>
/// <param name="Announcement">Name of one of <see cref="Configuration.EdgeConfiguration.Announcements"/>. A gateway that does not know it answers and is silent.</param>
public sealed record PlayAnnouncement(CallId Call, string Announcement) : Effect(Call);
