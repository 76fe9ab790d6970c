using System.Globalization;
using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Api;

/// <summary>Limits of lists.</summary>
internal static class Paging
{
    public const int DefaultLimitCount = 100;
    public const int MaxLimitCount = 1_000;

    /// <summary>Reads the parameter 'limit'; null is the default.</summary>
    public static Problem? TryRead(string? text, out int limit)
    {
        limit = DefaultLimitCount;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimitCount)
            ? null
            : Problems.BadQuery("limit", text, $"Send a whole number from 1 to {MaxLimitCount}, or leave it out for {DefaultLimitCount}.");
    }
}
