namespace Routing.Gateway.Telephony.Calls;

/// <summary>The phone that answered an offer.</summary>
/// <param name="Branch">Index of its binding.</param>
/// <param name="Tag">Its tag.</param>
/// <param name="Media">The descriptions of its leg.</param>
public sealed record StoredAnswer(int Branch, string Tag, StoredMedia Media);
