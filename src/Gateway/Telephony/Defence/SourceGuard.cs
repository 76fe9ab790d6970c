using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Routing.Gateway.Telephony.Edge;
using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Defence;

/// <summary>
/// Stands before parser and SIP thread: rates, bans and scanners. Memory is fixed (<see cref="SourceLimit"/>, <see cref="BanTable"/>).
/// <para>Nobody can get another banned: only wrong passwords count, and a nonce is good only at the address that it was given to, so whoever
/// forges an address never has one. What belongs to a dialog passes in spite of a ban: behind one address there may be a whole office, whose calls go on.</para>
/// </summary>
internal sealed class SourceGuard : ISipGuard
{
    private const int TrustedCellsCount = 4_096;

    private readonly DefenceOptions _options;
    private readonly ILogger _logger;
    private readonly TrustedSources _trusted;
    private readonly BanTable _bans;
    private readonly long[] _counts = new long[Enum.GetValues<DefenceCounter>().Length];
    private readonly SourceLimit _datagrams;
    private readonly SourceLimit _requests;
    private readonly SourceLimit _dialogRequests;
    private readonly SourceLimit _calls;
    private readonly SourceLimit _trustedDatagrams;
    private readonly SourceLimit _trustedCalls;
    private readonly SourceLimit _failures;
    private readonly SourceLimit _logLines;
    private long _unlogged;

    public SourceGuard(DefenceOptions options, EdgeDirectory directory, ILogger logger, TimeProvider time)
    {
        _options = options;
        _logger = logger;
        _trusted = new TrustedSources(directory);
        _bans = new BanTable(options, time);
        ulong seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        SourceLimit Limit(Rate rate, int cells) => new(rate, cells, seed, time);
        _datagrams = Limit(options.Datagrams, options.CellsCount);
        _requests = Limit(options.Requests, options.CellsCount);
        _dialogRequests = Limit(options.DialogRequests, options.CellsCount);
        _calls = Limit(options.Calls, options.CellsCount);
        _failures = Limit(options.AuthenticationFailures, options.CellsCount);
        _trustedDatagrams = Limit(options.TrustedRequests, TrustedCellsCount);
        _trustedCalls = Limit(options.TrustedCalls, TrustedCellsCount);
        _logLines = Limit(options.LogLines, 1);
    }

    public DefenceSnapshot Snapshot() => new(_bans.ActiveCount, [.. _counts.Select((_, index) => Interlocked.Read(ref _counts[index]))]);

    public bool AdmitsBytes(IPEndPoint source) =>
        (IsStranger(source) ? _datagrams : _trustedDatagrams).TryTake(SourceKey.Of(source)) || Drop(DefenceCounter.DroppedDatagramRate);

    public bool AdmitsConnection(IPEndPoint source) => !_bans.IsBanned(SourceKey.Of(source)) || Drop(DefenceCounter.DroppedConnection);

    public SipGuardVerdict Judge(SipRequest request, SipFlow flow)
    {
        SourceKey source = SourceKey.Of(flow.Remote);
        SourceTrust trust = _trusted.Of(flow.Remote.Address);
        bool isStranger = trust == SourceTrust.Stranger;
        if (request.IsAck || request.Method == SipMethod.Cancel || request.To.Tag is not null)
        {
            return !isStranger || _dialogRequests.TryTake(source) ? SipGuardVerdict.Pass : Refuse(DefenceCounter.DroppedDialogRate);
        }

        if (_bans.IsBanned(source))
        {
            return Refuse(DefenceCounter.DroppedBanned);
        }

        if (trust != SourceTrust.Trunk && IsScanner(request))
        {
            return Refuse(DefenceCounter.DroppedScanner);
        }

        if (isStranger && !_requests.TryTake(source))
        {
            return Refuse(DefenceCounter.DroppedRequestRate);
        }

        if (request.IsInvite && !(isStranger ? _calls : _trustedCalls).TryTake(source))
        {
            Count(DefenceCounter.RefusedCallRate);
            return SipGuardVerdict.Overload;
        }

        return SipGuardVerdict.Pass;
    }

    public bool AdmitsRefusal(SipFlow flow)
    {
        SourceKey source = SourceKey.Of(flow.Remote);
        return (!_bans.IsBanned(source) && (!IsStranger(flow.Remote) || _requests.TryTake(source))) || Drop(DefenceCounter.DroppedMalformed);
    }

    /// <summary>A wrong password or an unknown user, with a nonce that was given to this source. Trunks and other gateways are never banned.</summary>
    public void OnAuthenticationFailure(SipFlow flow)
    {
        Count(DefenceCounter.AuthenticationFailures);
        SourceKey source = SourceKey.Of(flow.Remote);
        if (_trusted.Of(flow.Remote.Address) is SourceTrust.Trunk or SourceTrust.Peer || _failures.TryTake(source) || _bans.Add(source) is not (> 0 and var seconds))
        {
            return;
        }

        Count(DefenceCounter.Bans);
        if (_logLines.TryTake(default))
        {
            DefenceLog.Banned(_logger, flow.Remote.Address, seconds, Interlocked.Exchange(ref _unlogged, 0));
        }
        else
        {
            Interlocked.Increment(ref _unlogged);
        }
    }

    /// <summary>A call was refused because its source has its share of the live ones.</summary>
    public void OnShareTaken() => Count(DefenceCounter.RefusedCallShare);

    /// <summary>Another gateway of the cluster, which has shown that it is one, or which a domain named.</summary>
    public void TrustPeer(IPAddress address) => _trusted.AddPeer(address);

    /// <inheritdoc cref="TrustPeer(IPAddress)"/>
    public void TrustPeer(SipUri uri)
    {
        if (IPAddress.TryParse(uri.Host, out var address))
        {
            TrustPeer(address);
        }
    }

    /// <summary>True for somebody who may get no more than one datagram for each of his.</summary>
    public bool IsStranger(IPEndPoint source) => _trusted.Of(source.Address) == SourceTrust.Stranger;

    private bool IsScanner(SipRequest request) =>
        request.Headers[HeaderId.UserAgent] is { Length: > 0 } product
        && _options.Scanners.Any(name => product.Contains(name, StringComparison.OrdinalIgnoreCase));

    private SipGuardVerdict Refuse(DefenceCounter reason)
    {
        Count(reason);
        return SipGuardVerdict.Drop;
    }

    private bool Drop(DefenceCounter reason)
    {
        Count(reason);
        return false;
    }

    private void Count(DefenceCounter counter) => Interlocked.Increment(ref _counts[(int)counter]);
}
