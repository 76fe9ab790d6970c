namespace Routing.Grains.Domain;

/// <summary>A step of a call that the domain counts.</summary>
internal enum DomainStep
{
    Arrived,
    Answered,
    EndedWaiting,
    EndedTalking,

    /// <summary>It waits no longer: it hears an announcement.</summary>
    Announcing,
    EndedAnnouncing,
}
