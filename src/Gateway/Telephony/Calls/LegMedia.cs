using System.Net;
using Routing.Sip.Rtp;
using Routing.Sip.Sdp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// The two descriptions of one leg: what the other end said last, and what we said last, under an o= line of our own whose version grows
/// with every change and only then (RFC 3264 §8).
/// </summary>
/// <param name="sessionId">Session id of the o= line; derived, so that it is the same after a restart.</param>
/// <param name="address">Our IP address for the o= line.</param>
internal sealed class LegMedia(long sessionId, string address)
{
    private const string Username = "-";

    private long _version;

    /// <summary>The other end's last offer or answer; null before the first.</summary>
    public SessionDescription? Remote { get; set; }

    /// <summary>Our last offer or answer; null before the first.</summary>
    public SessionDescription? Sent { get; private set; }

    /// <summary>Version of the o= line of <see cref="Sent"/>; 0 before the first.</summary>
    public long Version => _version;

    /// <summary>Takes up what was stored before a restart.</summary>
    public void Restore(StoredMedia stored)
    {
        Remote = stored.Remote;
        Sent = stored.Sent;
        _version = stored.Version;
    }

    /// <summary>The other leg's description as an offer on this leg: no m= line that was there before may be missing.</summary>
    public SessionDescription Offer(SessionDescription other) => Stamp(Sent is null ? other : other.AlignTo(Sent, keepExtra: true));

    /// <summary>The other leg's description as the answer on this leg: exactly the m= lines of the offer.</summary>
    public SessionDescription Answer(SessionDescription other) => Stamp(Remote is null ? other : other.AlignTo(Remote, keepExtra: false));

    /// <summary>Our hold media as the answer to an offer, or as an offer. Null when no codec of the offer is ours.</summary>
    public HoldMedia? Hold(IPEndPoint local, SessionDescription? offer)
    {
        var options = HoldOptions(local);
        if (offer is null)
        {
            return new HoldMedia(Stamp(AudioNegotiation.CreateOffer(options)), RtpCodec.Pcmu, (byte)RtpCodec.Pcmu, null);
        }

        return AudioNegotiation.TryAnswer(offer, options, out var answer, out var session) ? ToHold(Stamp(answer), session) : null;
    }

    /// <summary>Where the tone goes according to the answer to our offer of hold media. Null when the answer leaves no codec.</summary>
    public HoldMedia? HoldTarget(IPEndPoint local, SessionDescription answer) =>
        Sent is not null && AudioNegotiation.TryReadAnswer(answer, HoldOptions(local), out var session) ? ToHold(Sent, session) : null;

    /// <summary>
    /// True when one end may go on with what it knows of the other: the addresses, ports and directions are those that it was told, and the
    /// other end accepts every codec that it may use.
    /// </summary>
    /// <param name="told">The description that the end was given.</param>
    /// <param name="uses">What the end said itself: the codecs that it may send.</param>
    /// <param name="actual">What the other end says now.</param>
    public static bool Agrees(SessionDescription? told, SessionDescription? uses, SessionDescription actual)
    {
        if (told is null || uses is null)
        {
            return false;
        }

        for (int i = 0; i < uses.Media.Count; i++)
        {
            var used = uses.Media[i];
            if (used.IsRejected)
            {
                continue;
            }

            if (i >= told.Media.Count || i >= actual.Media.Count || !SameTarget(told, told.Media[i], actual, actual.Media[i]))
            {
                return false;
            }

            var accepted = actual.Media[i].RtpFormats.ToList();
            foreach (var format in used.RtpFormats)
            {
                if (!accepted.Exists(other => other.Is(format.Encoding, format.ClockRateHz)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>True when what one end was told still says where the other end's media is to go.</summary>
    public static bool SameTargets(SessionDescription? told, SessionDescription? actual)
    {
        if (told is null || actual is null)
        {
            return told == actual;
        }

        for (int i = 0; i < Math.Min(told.Media.Count, actual.Media.Count); i++)
        {
            if (!told.Media[i].IsRejected && !actual.Media[i].IsRejected && !SameTarget(told, told.Media[i], actual, actual.Media[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameTarget(SessionDescription a, MediaDescription mediaOfA, SessionDescription b, MediaDescription mediaOfB) =>
        mediaOfA.Port == mediaOfB.Port
        && a.ConnectionOf(mediaOfA)?.Address == b.ConnectionOf(mediaOfB)?.Address
        && a.DirectionOf(mediaOfA) == b.DirectionOf(mediaOfB);

    private static HoldMedia ToHold(SessionDescription sdp, AudioSession session)
    {
        var codec = session.Format.Is(RtpFormat.Pcma, session.Format.ClockRateHz) ? RtpCodec.Pcma : RtpCodec.Pcmu;
        bool plays = session.Direction.Sends() && IPAddress.TryParse(session.RemoteAddress, out var ip) && SdpConnection.IsUnicast(ip);
        var remote = plays ? new IPEndPoint(IPAddress.Parse(session.RemoteAddress), session.RemotePort) : null;
        return new HoldMedia(sdp, codec, (byte)session.Format.PayloadType, remote);
    }

    private AudioOptions HoldOptions(IPEndPoint local) => new()
    {
        Origin = Origin(_version),
        Address = local.Address.ToString(),
        Port = local.Port,
    };

    private SessionDescription Stamp(SessionDescription sdp)
    {
        if (Sent is not null && sdp.SaysSameAs(Sent))
        {
            return Sent;
        }

        Sent = sdp.WithOrigin(Origin(++_version));
        return Sent;
    }

    private SdpOrigin Origin(long version) => SdpOrigin.Create(Username, sessionId, version, address);
}
