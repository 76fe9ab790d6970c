using Routing.Contracts.Commands;

namespace Routing.Mailbox.Delivery;

/// <summary>A command that a newer release sent and that this one cannot read: put aside as a dead letter, and answered so. Its number counts, so that what its sender says next is not held up.</summary>
/// <param name="Json">As it came.</param>
/// <param name="Error">What could not be read.</param>
/// <param name="Kind">What is put aside.</param>
public sealed record UnknownCommand(ReadOnlyMemory<byte> Json, string Error, DeadLetterKind Kind = DeadLetterKind.Input) : Command;
