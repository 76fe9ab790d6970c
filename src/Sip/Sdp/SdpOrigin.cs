namespace Routing.Sip.Sdp;

/// <summary>
/// The o= line (RFC 8866 §5.2). Session id and version are decimal numbers of any length, hence text. Who changes a
/// description raises the version
/// (RFC 3264 §8); a back-to-back user agent has an origin of its own on each leg.
/// </summary>
public sealed record SdpOrigin(string Username, string SessionId, string Version, string NetworkType, string AddressType, string Address)
{
    /// <summary>An origin of our own.</summary>
    /// <param name="address">An IP address without brackets.</param>
    public static SdpOrigin Create(string username, long sessionId, long version, string address) =>
        new(username, $"{sessionId}", $"{version}", "IN", SdpConnection.AddressTypeOf(address), address);

    public static SdpOrigin? TryParse(string value)
    {
        var parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 6 && IsNumber(parts[1]) && IsNumber(parts[2])
            ? new SdpOrigin(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
            : null;
    }

    public override string ToString() => $"{Username} {SessionId} {Version} {NetworkType} {AddressType} {Address}";

    private static bool IsNumber(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
