using Routing.Contracts.Ids;

namespace Routing.Contracts.Lending;

/// <summary>
/// Home to lender, now and then while an attempt is open: does it stand? Answered by <see cref="SeekStands"/>, or by <see cref="SeekRefused"/> with <see cref="RefusalReason.Forgotten"/>. So a message that was lost for good,
/// because an outbox overflowed or a domain could not do with it what it should, costs an interval and not the attempt.
/// </summary>
public sealed record CheckSeek(CallId Call, int Attempt) : PeerMessage(Call, Attempt);
