using Routing.Contracts.Ids;

namespace Routing.Mailbox.Remote;

/// <summary>What a silo said last of itself over one link.</summary>
/// <param name="History">Of its store; numbers of another history mean nothing (<see cref="IMailboxStore.History"/>).</param>
/// <param name="Epochs">The domains that it owns, and since which ownership.</param>
/// <param name="Refused">Those of them to which nothing can be sent now: their store does not answer.</param>
internal sealed record Announcement(string History, IReadOnlyDictionary<DomainId, long> Epochs, IReadOnlySet<DomainId> Refused)
{
    /// <summary>Reads the rest of a frame <see cref="LinkFrameKind.Domains"/>.</summary>
    public static Announcement Read(ref FrameReader reader)
    {
        string history = reader.Text();
        Dictionary<DomainId, long> epochs = [];
        for (long count = reader.Number(); count > 0; count--)
        {
            epochs[DomainId.Of(reader.Text())] = reader.Number();
        }

        HashSet<DomainId> refused = [];
        // A silo of a former release does not tell.
        for (long count = reader.HasMore ? reader.Number() : 0; count > 0; count--)
        {
            refused.Add(DomainId.Of(reader.Text()));
        }

        return new Announcement(history, epochs, refused);
    }
}
