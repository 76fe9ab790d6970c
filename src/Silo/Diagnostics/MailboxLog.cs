using Routing.Contracts.Ids;
using Routing.Mailbox;

namespace Routing.Silo.Diagnostics;

/// <summary>What the mailbox engine tells an operator, as log events 1100 to 1199.</summary>
internal sealed partial class MailboxLog(ILogger<MailboxLog> logger) : IMailboxLog
{
    [LoggerMessage(1101, LogLevel.Error, "Domain {Domain}: {Command} from {Origin} failed and was put aside")]
    public partial void TurnFailed(DomainId domain, string origin, string command, Exception error);

    [LoggerMessage(1102, LogLevel.Error, "Domain {Domain} could not be loaded; it is tried again")]
    public partial void LoadFailed(DomainId domain, Exception error);

    [LoggerMessage(1103, LogLevel.Error, "Store of lane {Lane} failed ({Failure}): {Detail}")]
    public partial void StoreFailed(int lane, StoreFailure failure, string detail);

    [LoggerMessage(1104, LogLevel.Warning, "Store of lane {Lane} works again after {DownForMs} ms")]
    public partial void StoreRecovered(int lane, long downForMs);

    [LoggerMessage(1105, LogLevel.Error, "Domain {Domain}: {Effects} effects for gateway {Gateway} dropped, it did not acknowledge for too long")]
    public partial void EffectsDropped(DomainId domain, GatewayId gateway, int effects);

    [LoggerMessage(1106, LogLevel.Error, "{What} threw")]
    public partial void HandlerFailed(string what, Exception error);
}
