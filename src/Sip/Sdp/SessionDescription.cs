using System.Text;

namespace Routing.Sip.Sdp;

/// <summary>
/// A session description (RFC 8866). Immutable. Every line is kept in its place, understood or not, so that a description passes through a
/// back-to-back user agent with nothing changed but what was meant to be.
/// </summary>
public sealed class SessionDescription
{
    public const string ContentType = "application/sdp";

    public SessionDescription(IReadOnlyList<SdpLine> sessionLines, IReadOnlyList<MediaDescription> media)
    {
        SessionLines = sessionLines;
        Media = media;
        Origin = Find(sessionLines, 'o') is { } origin && SdpOrigin.TryParse(origin) is { } parsed
            ? parsed
            : throw new ArgumentException("A session description has a well-formed o= line.", nameof(sessionLines));
        Connection = Find(sessionLines, 'c') is { } connection ? SdpConnection.TryParse(connection) : null;
    }

    /// <summary>The lines before the first m= line.</summary>
    public IReadOnlyList<SdpLine> SessionLines { get; }

    public IReadOnlyList<MediaDescription> Media { get; }

    public SdpOrigin Origin { get; }

    /// <summary>The c= line of the session; null when each media has its own.</summary>
    public SdpConnection? Connection { get; }

    /// <inheritdoc cref="SdpParser.TryParse"/>
    public static bool TryParse(
        ReadOnlySpan<byte> body, SdpLimits limits, out SessionDescription description, out SdpRejectionReason reason)
    {
        reason = SdpParser.TryParse(body, limits, out var parsed);
        description = parsed!;
        return reason == SdpRejectionReason.None;
    }

    /// <summary>The direction of one media: its own attribute, else that of the session, else sendrecv (RFC 8866 §6.7).</summary>
    public MediaDirection DirectionOf(MediaDescription media) =>
        MediaDirections.Find(media.Lines) ?? MediaDirections.Find(SessionLines) ?? MediaDirection.SendRecv;

    /// <summary>Where one media is to be sent; null when no c= line covers it.</summary>
    public SdpConnection? ConnectionOf(MediaDescription media) => media.Connection ?? Connection;

    /// <summary>
    /// True when the sender does not want to hear us on any audio: sendonly or inactive, or the null address of old phones (RFC 3264 §8.4).
    /// False without live audio.
    /// </summary>
    public bool IsHold
    {
        get
        {
            var live = Media.Where(static media => media is { IsAudio: true, IsRejected: false }).ToList();
            return live.Count > 0
                && live.TrueForAll(media => !DirectionOf(media).Receives() || ConnectionOf(media) is { IsNullAddress: true });
        }
    }

    public SessionDescription WithOrigin(SdpOrigin origin) =>
        new([.. SessionLines.Select(line => line.Type == 'o' ? new SdpLine('o', origin.ToString()) : line)], Media);

    /// <summary>A copy in which every media that is not rejected has this direction, said at the media itself.</summary>
    public SessionDescription WithDirection(MediaDirection direction)
    {
        var attribute = new SdpLine('a', direction.ToText());
        return new SessionDescription(
            [.. SessionLines.Where(static line => MediaDirections.Parse(line) is null)],
            [.. Media.Select(media => media.IsRejected
                ? media
                : media.WithLines([.. media.Lines.Where(static line => MediaDirections.Parse(line) is null), attribute]))]);
    }

    /// <summary>
    /// The same media in the order and number of another description: an offer in a running session never drops an m= line,
    /// and an answer has
    /// exactly those of its offer (RFC 3264 §6, §8). What has no counterpart here becomes a rejected m= line.
    /// </summary>
    /// <param name="keepExtra">True for an offer, where new media may follow at the end; false for an answer.</param>
    public SessionDescription AlignTo(SessionDescription reference, bool keepExtra)
    {
        var left = Media.ToList();
        var aligned = new List<MediaDescription>(reference.Media.Count);
        foreach (var wanted in reference.Media)
        {
            var index = left.FindIndex(media => media.Kind == wanted.Kind && (!media.IsRejected || wanted.IsRejected));
            if (index < 0)
            {
                aligned.Add(wanted.Reject());
                continue;
            }

            aligned.Add(left[index]);
            left.RemoveAt(index);
        }

        if (keepExtra)
        {
            aligned.AddRange(left.Where(static media => !media.IsRejected));
        }

        return new SessionDescription(SessionLines, aligned);
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString()
    {
        var builder = new StringBuilder(512);
        Append(builder, SessionLines);
        foreach (var media in Media)
        {
            builder.Append("m=").Append(media).Append("\r\n");
            Append(builder, media.Lines);
        }

        return builder.ToString();
    }

    private static string? Find(IReadOnlyList<SdpLine> lines, char type)
    {
        foreach (var line in lines)
        {
            if (line.Type == type)
            {
                return line.Value;
            }
        }

        return null;
    }

    private static void Append(StringBuilder builder, IReadOnlyList<SdpLine> lines)
    {
        foreach (var (type, value) in lines)
        {
            builder.Append(type).Append('=').Append(value).Append("\r\n");
        }
    }
}
