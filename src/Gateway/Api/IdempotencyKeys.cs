using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>
/// Idempotency-Key: the domain stores the outcome under the key and gives it again to a repeat. A key belongs to who sent it, so two users cannot meet in one.
/// A key that comes back with another request is a mistake of the caller; it is found among the last <see cref="MaxRememberedCount"/> keys of this process.
/// </summary>
internal sealed class IdempotencyKeys
{
    public const string HeaderName = "Idempotency-Key";
    public const int MaxKeyLengthChars = 128;
    public const int MaxRememberedCount = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _requests = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];

    /// <summary>The key to send on, null when the request has none; or why it cannot be used.</summary>
    public Problem? Check(HttpRequest request, Grant grant, ReadOnlySpan<byte> body, out string? key)
    {
        key = null;
        if (!request.Headers.TryGetValue(HeaderName, out Microsoft.Extensions.Primitives.StringValues values))
        {
            return null;
        }

        if (values is not [{ Length: > 0 and <= MaxKeyLengthChars } value] || !value.All(c => c is > ' ' and < '\x7f'))
        {
            return Problems.BadHeader(HeaderName, $"Send it once, with 1 to {MaxKeyLengthChars} visible ASCII characters, new for every new request.");
        }

        key = $"rest/{grant.Name}/{value}";
        return Remember(key, Fingerprint(request, body)) ? null : Problems.KeyReused();
    }

    private bool Remember(string key, string fingerprint)
    {
        lock (_lock)
        {
            if (_requests.TryGetValue(key, out string? known))
            {
                return string.Equals(known, fingerprint, StringComparison.Ordinal);
            }

            _requests.Add(key, fingerprint);
            _order.Enqueue(key);
            if (_order.Count > MaxRememberedCount)
            {
                _requests.Remove(_order.Dequeue());
            }

            return true;
        }
    }

    private static string Fingerprint(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
