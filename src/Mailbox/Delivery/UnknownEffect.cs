using Routing.Contracts.Effects;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Delivery;

/// <summary>
/// An effect that a newer release made and that this one cannot read. It is passed on as it came, and done by a gateway that knows it. A gateway that does not takes it, does nothing and acknowledges it, so that
/// what comes after it is not held up.
/// </summary>
/// <param name="Call">As far as it could be read.</param>
/// <param name="Json">As it came.</param>
public sealed record UnknownEffect(CallId Call, ReadOnlyMemory<byte> Json) : Effect(Call);
