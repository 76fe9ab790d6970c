using System.Net;
using System.Net.Sockets;
using Routing.Contracts.Ids;
using Routing.Sip.Rtp;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>What a call's caller hears from us: a port, and the tone or an announcement that comes from it.</summary>
internal sealed class CallMedia(GatewayServices services, DomainId domain, CallerOrigin origin)
{
    private RtpHoldStream? _stream;
    private CallAction.PlayTone? _unknown;

    /// <summary>Where it comes from; null without a port.</summary>
    public IPEndPoint? Local => _stream?.Local;

    /// <summary>What descriptions say of our address: behind NAT another one leads to it.</summary>
    public IPAddress ToldAddress => services.AdvertisedAddressOf(origin.Flow) ?? MediaAddress;

    private IPAddress MediaAddress => services.Options.MediaAddress ?? origin.LocalAddress;

    /// <summary>Takes a port unless there is one. Null when none is to be had: the machine refuses the caller and tells the domain, other calls go on.</summary>
    /// <param name="wanted">The port that the caller was told before a restart; another one when it is not to be had.</param>
    public IPEndPoint? Open(IPEndPoint? wanted)
    {
        try
        {
            // Told was the way here, which with NAT is no address of ours.
            IPEndPoint? bound = wanted is not null && wanted.Address.Equals(services.AdvertisedAddressOf(origin.Flow)) ? new IPEndPoint(MediaAddress, wanted.Port) : wanted;
            _stream ??= (bound is null ? null : services.Media.TryOpen(bound)) ?? services.Media.Open(MediaAddress);
            return new IPEndPoint(services.AdvertisedAddressOf(origin.Flow) ?? _stream.Local.Address, _stream.Local.Port);
        }
        catch (Exception exception) when (exception is RtpPortsExhaustedException or SocketException)
        {
            return null;
        }
    }

    /// <summary>
    /// An announcement that is unknown here is silence until a configuration has it. When none ever does, its call ends by the domain's timer all the same.
    /// </summary>
    public void Play(CallAction.PlayTone play)
    {
        _unknown = null;
        RtpClip? clip = play.Announcement is { } name ? services.Directory.Find(domain)?.FindAnnouncement(name) : null;
        if (clip is null && play.Announcement is not null)
        {
            services.Counters.Add(SipGatewayCounter.AnnouncementsUnknown);
            Stop();
            _unknown = play;
            return;
        }

        _stream?.Start(play.Codec, play.PayloadType, play.Remote, clip, play.FromMs / HoldTone.PacketMilliseconds);
    }

    /// <summary>A configuration came: what was unknown before is played now.</summary>
    public void PlayWhatCame()
    {
        if (_unknown is { Announcement: { } name } play && services.Directory.Find(domain)?.FindAnnouncement(name) is not null)
        {
            Play(play);
        }
    }

    public void Stop()
    {
        _unknown = null;
        _stream?.Stop();
    }

    /// <summary>Gives the port back.</summary>
    public void Close()
    {
        _unknown = null;
        _stream?.Dispose();
        _stream = null;
    }
}
