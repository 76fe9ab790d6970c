namespace Routing.Mailbox.Lanes;

/// <summary>A timer whose turn threw: how often so far, and until when it rests.</summary>
internal readonly record struct PostponedTimer(int Failures, long UntilMs);
