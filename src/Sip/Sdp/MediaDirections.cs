namespace Routing.Sip.Sdp;

/// <summary>Arithmetic of directions.</summary>
public static class MediaDirections
{
    public static bool Sends(this MediaDirection direction) => (direction & MediaDirection.SendOnly) != 0;

    public static bool Receives(this MediaDirection direction) => (direction & MediaDirection.RecvOnly) != 0;

    /// <summary>The same flow seen from the other side.</summary>
    public static MediaDirection Reverse(this MediaDirection direction) => direction switch
    {
        MediaDirection.SendOnly => MediaDirection.RecvOnly,
        MediaDirection.RecvOnly => MediaDirection.SendOnly,
        _ => direction,
    };

    /// <summary>The widest answer to an offer that stays within what we want (RFC 3264 §6.1).</summary>
    public static MediaDirection Answer(MediaDirection offered, MediaDirection wanted) => offered.Reverse() & wanted;

    public static string ToText(this MediaDirection direction) => direction switch
    {
        MediaDirection.SendOnly => "sendonly",
        MediaDirection.RecvOnly => "recvonly",
        MediaDirection.SendRecv => "sendrecv",
        _ => "inactive",
    };

    /// <summary>The last direction attribute among the lines; null when there is none.</summary>
    internal static MediaDirection? Find(IReadOnlyList<SdpLine> lines)
    {
        MediaDirection? found = null;
        foreach (var line in lines)
        {
            found = Parse(line) ?? found;
        }

        return found;
    }

    internal static MediaDirection? Parse(SdpLine line) => line.Type != 'a' ? null : line.Value switch
    {
        "sendrecv" => MediaDirection.SendRecv,
        "sendonly" => MediaDirection.SendOnly,
        "recvonly" => MediaDirection.RecvOnly,
        "inactive" => MediaDirection.Inactive,
        _ => null,
    };
}
