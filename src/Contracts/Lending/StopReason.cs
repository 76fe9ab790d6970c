namespace Routing.Contracts.Lending;

/// <summary>Why home asks no more, where the lender acts on it. They stand in records: never change one.</summary>
public static class StopReason
{
    /// <summary>The caller hung up: an agent who rang meanwhile is treated as the lender's queue says of that.</summary>
    public const string CallerLeft = "caller-left";

    /// <summary>Home knows nothing of the attempt (any more): it was over before, and what said so crossed or was lost.</summary>
    public const string NotSought = "not-sought";
}
