using System.Text;

namespace Routing.Sip.Sdp;

/// <summary>
/// A session description (RFC 8866). Immutable. Every line is kept in its place, understood or not, so that a description passes through a
/// back-to-back user agent with nothing changed but what was meant to be.
/// </summary>
public sealed class SessionDescription
{
    public const string ContentType = "application/sdp";

    /// <summary>Characters of a line beside its value: type, equals sign, CR, LF.</summary>
    private const int LineOverhead = 4;

    private string? _text;

    public SessionDescription(IReadOnlyList<SdpLine> sessionLines, IReadOnlyList<MediaDescription> media)
        : this(
            sessionLines,
            media,
            Find(sessionLines, 'o') is { } origin && SdpOrigin.TryParse(origin) is { } parsed
                ? parsed
                : throw new ArgumentException("A session description has a well-formed o= line.", nameof(sessionLines)),
            Find(sessionLines, 'c') is { } connection ? SdpConnection.TryParse(connection) : null)
    {
    }

    /// <summary>Of lines whose origin and connection were read already.</summary>
    internal SessionDescription(IReadOnlyList<SdpLine> sessionLines, IReadOnlyList<MediaDescription> media, SdpOrigin origin, SdpConnection? connection)
    {
        SessionLines = sessionLines;
        Media = media;
        Origin = origin;
        Connection = connection;
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

    public SessionDescription WithOrigin(SdpOrigin origin)
    {
        var lines = new SdpLine[SessionLines.Count];
        for (int i = 0; i < lines.Length; i++)
        {
            var line = SessionLines[i];
            lines[i] = line.Type == 'o' ? new SdpLine('o', origin.ToString()) : line;
        }

        return new SessionDescription(lines, Media, origin, Connection);
    }

    /// <summary>True when the other one says the same in every line but o=.</summary>
    public bool SaysSameAs(SessionDescription other)
    {
        if (!SameLines(SessionLines, other.SessionLines) || Media.Count != other.Media.Count)
        {
            return false;
        }

        for (int i = 0; i < Media.Count; i++)
        {
            var (mine, its) = (Media[i], other.Media[i]);
            if (mine != its && (mine.ToString() != its.ToString() || !SameLines(mine.Lines, its.Lines)))
            {
                return false;
            }
        }

        return true;
    }

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

    /// <summary>The whole text. Made once: a description is sent, stored and compared, and does not change.</summary>
    public override string ToString() => _text ??= Write();

    private string Write()
    {
        var heads = new string[Media.Count];
        int length = LengthOf(SessionLines);
        for (int i = 0; i < heads.Length; i++)
        {
            heads[i] = Media[i].ToString();
            length += LineOverhead + heads[i].Length + LengthOf(Media[i].Lines);
        }

        return string.Create(length, (Description: this, Heads: heads), static (text, state) =>
        {
            Write(ref text, state.Description.SessionLines);
            for (int i = 0; i < state.Heads.Length; i++)
            {
                Write(ref text, 'm', state.Heads[i]);
                Write(ref text, state.Description.Media[i].Lines);
            }
        });
    }

    private static string? Find(IReadOnlyList<SdpLine> lines, char type)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].Type == type)
            {
                return lines[i].Value;
            }
        }

        return null;
    }

    private static bool SameLines(IReadOnlyList<SdpLine> left, IReadOnlyList<SdpLine> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (int i = 0; i < left.Count; i++)
        {
            if (left[i] != right[i] && (left[i].Type != 'o' || right[i].Type != 'o'))
            {
                return false;
            }
        }

        return true;
    }

    private static int LengthOf(IReadOnlyList<SdpLine> lines)
    {
        int length = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            length += LineOverhead + lines[i].Value.Length;
        }

        return length;
    }

    private static void Write(ref Span<char> text, IReadOnlyList<SdpLine> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            Write(ref text, lines[i].Type, lines[i].Value);
        }
    }

    private static void Write(ref Span<char> text, char type, string value)
    {
        text[0] = type;
        text[1] = '=';
        value.CopyTo(text[2..]);
        "\r\n".CopyTo(text[(2 + value.Length)..]);
        text = text[(LineOverhead + value.Length)..];
    }
}
