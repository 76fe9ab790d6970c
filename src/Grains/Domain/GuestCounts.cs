using Routing.Contracts.Views;

namespace Routing.Grains.Domain;

/// <summary>Counts calls of other domains that ask for an agent here, apart from one's own. Invariant: offered = answered + returned + waiting + talking.</summary>
internal sealed class GuestCounts
{
    public long OfferedCount { get; set; }

    public long AnsweredCount { get; set; }

    public long ReturnedCount { get; set; }

    /// <summary>Not stored: counted from the calls when the domain is loaded.</summary>
    public int Waiting { get; private set; }

    /// <summary>Not stored.</summary>
    public int Talking { get; private set; }

    /// <summary>Counts a loaded guest.</summary>
    public void Count(CallState state)
    {
        Waiting += state is CallState.Waiting or CallState.Ringing ? 1 : 0;
        Talking += state is CallState.Talking ? 1 : 0;
    }

    public void Enter()
    {
        OfferedCount++;
        Waiting++;
    }

    public void Answer()
    {
        Waiting--;
        Talking++;
    }

    public void EndWaiting()
    {
        Waiting--;
        ReturnedCount++;
    }

    public void EndTalking()
    {
        Talking--;
        AnsweredCount++;
    }
}
