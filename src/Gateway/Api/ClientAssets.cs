using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Routing.Gateway.Api;

/// <summary>
/// The page, embedded in this assembly by the build: a folder made during the build would be missing on the first run of a fresh clone. Served with ETag; files with a hash in
/// their name may be kept for ever.
/// </summary>
internal sealed class ClientAssets
{
    private const string Prefix = "wwwroot/";
    private const string Index = "/index.html";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".json"] = "application/json",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, Asset> _assets = Load();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach ((string path, Asset asset) in _assets)
        {
            endpoints.MapMethods(path == Index ? "/" : path, [HttpMethods.Get, HttpMethods.Head], context => SendAsync(context, asset)).ExcludeFromDescription();
        }
    }

    private static Dictionary<string, Asset> Load()
    {
        Dictionary<string, Asset> assets = new(StringComparer.Ordinal);
        Assembly assembly = typeof(ClientAssets).Assembly;
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                using Stream stream = assembly.GetManifestResourceStream(name)!;
                byte[] bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                string path = "/" + name[Prefix.Length..].Replace('\\', '/');
                assets.Add(path, Make(path, bytes));
            }
        }

        return assets;
    }

    private static Asset Make(string path, byte[] bytes)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return new Asset(
            bytes,
            compressed.Length < bytes.Length ? compressed.ToArray() : null,
            ContentTypes.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream"),
            $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"",
            path.StartsWith("/assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache");
    }

    private static async Task SendAsync(HttpContext context, Asset asset)
    {
        HttpResponse response = context.Response;
        response.Headers.ETag = asset.ETag;
        response.Headers.CacheControl = asset.CacheControl;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(asset.ETag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        bool gzip = asset.Gzip is not null && context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        byte[] body = gzip ? asset.Gzip! : asset.Bytes;
        if (gzip)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        response.ContentType = asset.ContentType;
        response.ContentLength = body.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private sealed record Asset(byte[] Bytes, byte[]? Gzip, string ContentType, string ETag, string CacheControl);
}
