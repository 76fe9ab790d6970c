namespace Routing.Mailbox;

/// <summary>Something that could not be done and was put aside so that it harms nothing else.</summary>
/// <param name="Number">Dense per domain from 1.</param>
/// <param name="AtMs">When, Unix milliseconds.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Origin">Sender and number of the input, or the gateway of the effects.</param>
/// <param name="Content">JSON of the command or of the effect.</param>
/// <param name="Error">Why, in words.</param>
public sealed record DeadLetter(long Number, long AtMs, DeadLetterKind Kind, string Origin, ReadOnlyMemory<byte> Content, string Error);
