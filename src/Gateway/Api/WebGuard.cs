using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>
/// Outermost on every request: security headers, the size limit, counters, and a problem document for what nobody else answered (unknown path, wrong method, fault).
/// </summary>
internal sealed partial class WebGuard(IOptions<RoutingWebOptions> options, WebCounters counters, ILogger<WebGuard> logger) : IStartupFilter
{
    /// <summary>Scripts, styles and connections of this server only, nothing inline, in nobody's frame.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => builder =>
    {
        builder.Use(InvokeAsync);
        next(builder);
    };

    private async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        AddHeaders(context.Response.Headers);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.Value.MaxRequestBodyBytes;
        }

        try
        {
            await next(context);
            await ExplainAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogAborted(context.Request.Path);
        }
        catch (BadHttpRequestException fault) when (!context.Response.HasStarted)
        {
            await Problems.WriteAsync(context, fault.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problems.TooLarge((int)(context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? options.Value.MaxRequestBodyBytes))
                : Problems.BadBody(fault.Message, "request", "Check the request against /openapi/v1.json.") with { Status = fault.StatusCode });
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            LogFault(fault, context.Request.Method, context.Request.Path);
            await Problems.WriteAsync(context, Problems.Fault());
        }
        finally
        {
            counters.Response(context.Response.StatusCode);
        }
    }

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
    }

    private static Task ExplainAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted || response.ContentType is not null || response.ContentLength > 0)
        {
            return Task.CompletedTask;
        }

        Problem? problem = response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problems.NoRoute(context.Request.Path),
            StatusCodes.Status405MethodNotAllowed => Problems.MethodNotAllowed(context.Request.Method, response.Headers.Allow),
            StatusCodes.Status415UnsupportedMediaType => Problems.NotJson(context.Request.ContentType),
            _ => null,
        };
        return problem is null ? Task.CompletedTask : Problems.WriteAsync(context, problem);
    }

    [LoggerMessage(4201, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFault(Exception fault, string method, string path);

    [LoggerMessage(4202, LogLevel.Debug, "The client gave up on {Path}")]
    private partial void LogAborted(string path);
}
