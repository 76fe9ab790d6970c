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
}
