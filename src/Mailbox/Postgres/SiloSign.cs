namespace Routing.Mailbox.Postgres;

/// <summary>What one look shows of another silo.</summary>
/// <param name="Id">Which.</param>
/// <param name="AliveMs">Its last sign of life, by the database's clock.</param>
/// <param name="IsGone">Its lock is free: the process, or its connection, has ended.</param>
internal readonly record struct SiloSign(long Id, long AliveMs, bool IsGone);
