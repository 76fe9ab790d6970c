using Routing.Contracts.Ids;

namespace Routing.Mailbox.Hosting;

/// <summary>A domain whose inputs this process takes.</summary>
/// <param name="Domain">Which.</param>
/// <param name="Epoch">Of the ownership under which it is served, higher with each owner; 0 while the store has not granted it yet.</param>
/// <param name="IsRefused">What is sent to it is refused at once: its store has not answered for a while.</param>
public readonly record struct ServedDomain(DomainId Domain, long Epoch, bool IsRefused = false);
