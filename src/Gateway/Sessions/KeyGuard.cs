using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Routing.Gateway.Api;
using Routing.Gateway.Telephony.Defence;

namespace Routing.Gateway.Sessions;

/// <summary>
/// Slows down who tries keys: a source whose wrong ones are used up gets 429 without a look at what it brings, until its bucket fills again. This
/// machine's own programs share one address with whoever sits behind a local proxy, so from loopback right keys still pass. Fixed memory.
/// </summary>
public sealed class KeyGuard
{
    private const int CellsCount = 16_384;

    private readonly SourceLimit _failures;

    public KeyGuard(IOptions<RoutingWebOptions> options, TimeProvider time)
    {
        RoutingWebOptions limits = options.Value;
        ulong seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        _failures = new SourceLimit(new Rate(limits.WrongKeysPerSecondCount, limits.WrongKeysBurstCount), CellsCount, seed, time);
    }

    /// <summary>Whether a key from there is looked at.</summary>
    public bool MayTry(IPAddress? source) => source is null || IPAddress.IsLoopback(source) || _failures.HasSome(KeyOf(source));

    /// <summary>Counts a wrong key; false when there were too many.</summary>
    public bool TryFail(IPAddress? source) => source is null || _failures.TryTake(KeyOf(source));

    private static SourceKey KeyOf(IPAddress source) => SourceKey.Of(new IPEndPoint(source, 0));
}
