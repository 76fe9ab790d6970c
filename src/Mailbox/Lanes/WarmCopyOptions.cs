namespace Routing.Mailbox.Lanes;

/// <summary>Which domains of other silos are kept ready, and how closely they are followed.</summary>
public sealed record WarmCopyOptions
{
    /// <summary>How often each is brought up to date: what was committed since is read in the pause of a takeover. Milliseconds.</summary>
    public int FollowMs { get; init; } = 500;

    /// <summary>A domain of fewer rows loads in no time: it is not worth following.</summary>
    public int LeastRows { get; init; } = 2_000;

    /// <summary>Rows of all copies together, about 1.3 kB of memory each; domains beyond it are loaded when they are taken. 0: no copies.</summary>
    public int LimitRows { get; init; } = 500_000;

    /// <summary>One that was too small, too large or failed is looked at again after so long. Milliseconds.</summary>
    public int RetryMs { get; init; } = 30_000;

    /// <summary>A copy that is not wanted any more is kept for so long: a lane that has several large domains to load comes to the last one late. Milliseconds.</summary>
    public int LetGoMs { get; init; } = 30_000;

    /// <summary>A lane that takes a domain waits so long for the copy to be put down, and else loads it. Milliseconds.</summary>
    public int TakeLimitMs { get; init; } = 100;
}
