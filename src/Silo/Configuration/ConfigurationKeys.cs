namespace Routing.Silo.Configuration;

/// <summary>The keys of each mapping in a configuration file. The JSON Schema beside the sample has the same (a test compares them).</summary>
internal static class ConfigurationKeys
{
    public static readonly string[] Domain = ["domain", "realm", "hosts", "demo", "order", "ageing", "skills", "teams", "attributes", "agents", "queues", "reserves", "numbers", "calendars", "announcements", "trunks", "apiKeys"];

    public static readonly string[] Agent = ["id", "name", "sipUser", "password", "ha1Md5", "ha1Sha256", "skills", "team", "attributes", "weight", "onRegister"];

    public static readonly string[] Queue =
    [
        "id", "name", "needs", "rings", "prefer", "strategy", "priority", "weight", "answer", "offers", "ringTimeout", "wrapUp", "serviceLevel", "timeout", "overflowTo", "rejectStatus", "overflow", "borrow", "guests", "coolOff",
        "onNoAnswer", "onDecline", "onUnreachable", "onCallerLeft", "holdMedia",
    ];

    public static readonly string[] Ring = ["after", "needs"];

    public static readonly string[] Prefer = ["agent", "hold"];

    public static readonly string[] Failure = ["agent", "reason", "recoverAfter", "after"];

    public static readonly string[] Reserve = ["name", "keep", "queues", "priorityAtLeast"];

    public static readonly string[] Overflow = ["on", "after", "size", "calendar", "entryOnly", "queue", "announcement", "reject", "redirect"];

    public static readonly string[] Borrow = ["domain", "queue", "after"];

    public static readonly string[] Number = ["number", "queue", "announcement", "reject", "redirect", "priority", "routes", "prefer"];

    public static readonly string[] Route = ["when", "queue", "announcement", "reject", "redirect", "priority"];

    public static readonly string[] Condition = ["calendar", "open", "header"];

    public static readonly string[] Header = ["name", "value"];

    public static readonly string[] Calendar = ["id", "timeZone", "hours", "holidays"];

    public static readonly string[] Hours = ["days", "from", "to"];

    public static readonly string[] Holiday = ["date", "name", "from", "to"];

    public static readonly string[] Announcement = ["name", "file"];

    public static readonly string[] Trunk = ["name", "addresses"];

    public static readonly string[] ApiKey = ["name", "key", "sha256", "role"];
}
