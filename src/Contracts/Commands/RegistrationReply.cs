using Routing.Contracts.Views;

namespace Routing.Contracts.Commands;

/// <summary>All bindings of the agent after a REGISTER, newest first.</summary>
public sealed record RegistrationReply(IReadOnlyList<PhoneBinding> Bindings) : CommandReply(ReplyCode.Ok);
