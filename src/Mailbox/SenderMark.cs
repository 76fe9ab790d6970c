using Routing.Contracts.Ids;

namespace Routing.Mailbox;

/// <summary>How far the inputs of one sender were taken by a domain: its high-water mark and where the last outcomes are.</summary>
/// <param name="Sender">Who.</param>
/// <param name="Incarnation">Life of the sender; a higher one starts again at 1.</param>
/// <param name="High">Number of the last input taken.</param>
/// <param name="Window">Outcomes of the last inputs, as <see cref="Delivery.SenderWindow"/> packs them.</param>
public readonly record struct SenderMark(SenderId Sender, long Incarnation, long High, ReadOnlyMemory<byte> Window);
