using System.Globalization;

namespace Routing.Sip.Sdp;

/// <summary>Offer and answer (RFC 3264) for one audio stream of our own: hold tone, announcements. Other media is rejected.</summary>
public static class AudioNegotiation
{
    private const int ClockRateHz = 8000;
    private const int DefaultPacketTimeMs = 20;
    private const int DefaultTelephoneEventType = 101;

    /// <summary>Events 0-9, *, #, A-D (RFC 4733 §3.2).</summary>
    private const string AllDigits = "0-15";

    /// <summary>An offer of our own, for an INVITE that came without one.</summary>
    public static SessionDescription CreateOffer(AudioOptions options)
    {
        var formats = options.Encodings.Select(StaticFormat).ToList();
        var events = new RtpFormat(DefaultTelephoneEventType, RtpFormat.TelephoneEvent, ClockRateHz);
        return Describe(options, [CreateMedia(options, formats, events, AllDigits, options.Direction)]);
    }

    /// <summary>
    /// Answers with the first offered codec that we have, keeping telephone-event when it was offered at the same rate. Exactly the
    /// m= lines of the offer come back, in order, all but the chosen one with port 0. False (488) when no audio of the offer can be used.
    /// </summary>
    public static bool TryAnswer(SessionDescription offer, AudioOptions options, out SessionDescription answer, out AudioSession session)
    {
        answer = null!;
        session = null!;
        var media = new List<MediaDescription>(offer.Media.Count);
        foreach (var offered in offer.Media)
        {
            if (session is null && TryAccept(offer, offered, options, out var accepted, out session))
            {
                media.Add(accepted);
            }
            else
            {
                media.Add(offered.Reject());
            }
        }

        if (session is null)
        {
            return false;
        }

        answer = Describe(options, media);
        return true;
    }

    /// <summary>
    /// Reads what an answer to our offer says. False when it has rejected the audio or chosen a codec that we do not have.
    /// </summary>
    public static bool TryReadAnswer(SessionDescription answer, AudioOptions options, out AudioSession session)
    {
        session = null!;
        foreach (var media in answer.Media)
        {
            if (TryAccept(answer, media, options, out _, out session))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryAccept(
        SessionDescription offer, MediaDescription offered, AudioOptions options, out MediaDescription accepted, out AudioSession session)
    {
        accepted = null!;
        session = null!;
        if (!offered.IsAudio || offered.IsRejected || !offered.IsPlainRtp || offer.ConnectionOf(offered) is not { } remote)
        {
            return false;
        }

        RtpFormat? codec = null;
        RtpFormat? events = null;
        foreach (var format in offered.RtpFormats)
        {
            if (codec is null && options.Encodings.Any(encoding => format.Is(encoding, ClockRateHz)))
            {
                codec = format;
            }
            else if (events is null && format.Is(RtpFormat.TelephoneEvent, ClockRateHz))
            {
                events = format;
            }
        }

        if (codec is null)
        {
            return false;
        }

        var direction = MediaDirections.Answer(offer.DirectionOf(offered), options.Direction);
        var digits = events is { } e ? offered.FormatParameters(e.PayloadType) ?? AllDigits : null;
        accepted = CreateMedia(options, [codec.Value], events, digits, direction, offered.Attribute("mid"));
        var packetTimeMs = offered.PacketTimeMs ?? DefaultPacketTimeMs;
        session = new AudioSession(codec.Value, events, remote.Address, offered.Port, direction, packetTimeMs);
        return true;
    }

    private static MediaDescription CreateMedia(
        AudioOptions options, List<RtpFormat> formats, RtpFormat? events, string? digits, MediaDirection direction, string? mid = null)
    {
        if (events is { } added)
        {
            formats.Add(added);
        }

        var lines = formats.ConvertAll(static format => new SdpLine('a', $"rtpmap:{format}"));
        if (events is { } telephoneEvent)
        {
            lines.Add(new SdpLine('a', string.Create(CultureInfo.InvariantCulture, $"fmtp:{telephoneEvent.PayloadType} {digits}")));
        }

        if (mid is not null)
        {
            lines.Add(new SdpLine('a', $"mid:{mid}"));
        }

        lines.Add(new SdpLine('a', string.Create(CultureInfo.InvariantCulture, $"ptime:{options.PacketTimeMs}")));
        lines.Add(new SdpLine('a', direction.ToText()));
        var types = formats.ConvertAll(static format => format.PayloadType.ToString(CultureInfo.InvariantCulture));
        return new MediaDescription("audio", options.Port, "RTP/AVP", types, lines);
    }

    private static SessionDescription Describe(AudioOptions options, IReadOnlyList<MediaDescription> media) => new(
        [
            new SdpLine('v', "0"),
            new SdpLine('o', options.Origin.ToString()),
            new SdpLine('s', "-"),
            new SdpLine('c', SdpConnection.Create(options.Address).ToString()),
            new SdpLine('t', "0 0"),
        ],
        media);

    private static RtpFormat StaticFormat(string encoding) => encoding switch
    {
        RtpFormat.Pcmu => RtpFormat.Static(0)!.Value,
        RtpFormat.Pcma => RtpFormat.Static(8)!.Value,
        _ => throw new ArgumentException($"{encoding} has no static payload type at 8000 Hz here.", nameof(encoding)),
    };
}
