namespace Routing.Mailbox.Membership;

/// <summary>What an attempt to raise the format level came to.</summary>
/// <param name="Before">In force before.</param>
/// <param name="After">In force now; the same when nothing was changed.</param>
/// <param name="Behind">Why it was not raised: who is there and knows less.</param>
public sealed record LevelChange(int Before, int After, IReadOnlyList<string> Behind);
