namespace Routing.Mailbox.Remote;

/// <summary>What a client says of a silo's refusal: what is wrong, and what to do.</summary>
internal static class LinkWords
{
    public const string NameTaken =
        "another gateway of this name is connected and alive: give each gateway a --name of its own; one that was started anew gets in as soon as its former process has ended.";

    /// <summary>What this program speaks.</summary>
    public static string Versions => LinkSession.LeastVersion == LinkSession.Version ? $"version {LinkSession.Version}" : $"versions {LinkSession.LeastVersion} to {LinkSession.Version}";

    public static string Of(LinkRefusal refusal, long number) => refusal switch
    {
        LinkRefusal.Version => $"it speaks version {number} of the link, this process {Versions}: install the same release on both.",
        LinkRefusal.Key => "it says that this process does not know the cluster's key: give both the same file with --cluster-key.",
        LinkRefusal.NameTaken => NameTaken,
        LinkRefusal.Level => $"the cluster writes format level {number}, which this process does not know: install the release of the silos.",
        _ => $"it refused this process (reason {(int)refusal}).",
    };
}
