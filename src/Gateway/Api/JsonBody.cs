using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Api;

/// <summary>Reads small JSON bodies strictly, and says what is wrong with the others.</summary>
internal static class JsonBody
{
    /// <summary>The bytes of the body, or why there are none.</summary>
    public static async Task<(byte[]? Body, Problem? Problem)> ReadAsync(HttpContext context, int maxBytes)
    {
        return context.Request.HasJsonContentType() ? await ReadBytesAsync(context, maxBytes) : (null, Problems.NotJson(context.Request.ContentType));
    }

    /// <summary>The bytes of a body of any type, or why there are none. A buffer of the limit's size is only taken when the length is not known.</summary>
    public static async Task<(byte[]? Body, Problem? Problem)> ReadBytesAsync(HttpContext context, int maxBytes)
    {
        HttpRequest request = context.Request;
        if (request.ContentLength > maxBytes)
        {
            return (null, Problems.TooLarge(maxBytes));
        }

        byte[] buffer = new byte[(int)(request.ContentLength ?? maxBytes) + 1];
        int length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        return length > maxBytes ? (null, Problems.TooLarge(maxBytes)) : (buffer[..length], null);
    }

    /// <summary>Reads the model; null on success.</summary>
    public static Problem? Parse<T>(byte[] body, JsonTypeInfo<T> type, IReadOnlyList<string> fields, out T? model)
        where T : class
    {
        model = null;
        string remedy = "Send one JSON object with the allowed fields, in UTF-8.";
        try
        {
            model = JsonSerializer.Deserialize(body, type);
            return model is null ? Problems.BadBody("The body is null.", "body $", remedy, fields) : null;
        }
        catch (JsonException fault)
        {
            string where = $"body {fault.Path ?? "$"}";
            string position = fault.LineNumber is { } line ? $" (line {line + 1}, byte {fault.BytePositionInLine + 1})" : string.Empty;
            return Problems.BadBody(body.Length == 0 ? "The body is empty." : $"The body cannot be read{position}: {Reason(fault)}", where, remedy, fields);
        }
    }

    /// <summary>The reason without the names of our types, which mean nothing to the caller.</summary>
    private static string Reason(JsonException fault)
    {
        if (fault.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            return "there is a field that is not known here.";
        }

        if (fault.Message.Contains("uplicate", StringComparison.Ordinal))
        {
            return "a field is there twice.";
        }

        return fault.Message.Contains("could not be converted", StringComparison.Ordinal) || fault.InnerException is InvalidOperationException
            ? "a value is of the wrong kind."
            : "it is not well-formed JSON.";
    }
}
