using System.Net;
using Microsoft.Extensions.Logging;

namespace Routing.Gateway.Telephony.Defence;

/// <summary>Log lines of the defence: addresses and numbers only, nothing that a stranger wrote. Event ids 3100–3119.</summary>
internal static partial class DefenceLog
{
    [LoggerMessage(3101, LogLevel.Warning, "{Source} is banned for {Seconds} s: too many wrong passwords ({Unlogged} earlier bans were not logged)")]
    public static partial void Banned(ILogger logger, IPAddress source, int seconds, long unlogged);
}
