using Microsoft.Extensions.Logging;

namespace Routing.Gateway.Telephony;

/// <summary>Log lines of the SIP side. Event ids 3000–3099.</summary>
internal static partial class TelephonyLog
{
    [LoggerMessage(3001, LogLevel.Error, "A fault reached the SIP thread; the message or timer that caused it is dropped")]
    public static partial void LoopFault(ILogger logger, Exception exception);

    [LoggerMessage(3002, LogLevel.Error, "The changed configuration of domain {Domain} could not be read; the gateway goes on with the old one")]
    public static partial void ConfigurationNotRead(ILogger logger, string domain, Exception exception);

    [LoggerMessage(3003, LogLevel.Error, "Domain {Domain} did not hand back the calls of this gateway's former life: {Reason}")]
    public static partial void CallsNotHandedBack(ILogger logger, string domain, string reason);

    [LoggerMessage(3007, LogLevel.Warning, "Domain {Domain}, which came up after the start, could not be taken up; it is tried again")]
    public static partial void DomainNotJoined(ILogger logger, string domain, Exception exception);

    [LoggerMessage(3004, LogLevel.Error, "The journal {Path} cannot be read, the gateway starts without it: {Reason}")]
    public static partial void JournalNotRead(ILogger logger, string path, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "{Count} lines of the journal {Path} are damaged or of another version and were passed over")]
    public static partial void JournalLinesNotRead(ILogger logger, string path, int count);

    [LoggerMessage(3007, LogLevel.Warning, "{Count} hang-ups of the journal are of domains that cannot be reached, of {Domain} first; they stay in it")]
    public static partial void JournalKept(ILogger logger, int count, string domain);

    [LoggerMessage(3006, LogLevel.Error, "The journal {Path} cannot be written; who hangs up while the store stalls is known in memory only: {Reason}")]
    public static partial void JournalNotWritten(ILogger logger, string path, string reason);

    [LoggerMessage(3007, LogLevel.Warning, "Domain {Domain} heard nothing of this gateway for longer than its lease and suspended its calls; the gateway begins again")]
    public static partial void LeaseLost(ILogger logger, string domain);

    [LoggerMessage(3013, LogLevel.Warning, "Domain {Domain} takes nothing now; the gateway serves the others, and takes it up when it can be reached")]
    public static partial void DomainAway(ILogger logger, string domain);

    [LoggerMessage(3012, LogLevel.Error, "Domain {Domain} is a demo, whose passwords everybody knows, and others reach this gateway: it takes no calls and phones of it")]
    public static partial void DemoRefused(ILogger logger, string domain);
}
