using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Sessions;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Api.Configuration;

/// <summary>The domain's configuration: read, applied, looked at before, rolled back. Answered after the commit.</summary>
internal sealed class ConfigurationEndpoints(IDomainHost host, IdempotencyKeys idempotency, TimeProvider time, IOptions<RoutingWebOptions> options, OtherDomains others, IServiceProvider services)
{
    public static async Task<IResult> Get(HttpContext context, IDomainHost host, [Description("Which version; the one in force when left out.")] string? version)
    {
        DomainScope scope = DomainAccess.Scope(context);
        if (TryVersion(version, out long? asked) is { } problem)
        {
            return Problems.Result(problem);
        }

        if (await host.ReadConfigurationAsync(scope.Domain, asked, context.RequestAborted) is not { } detail)
        {
            return Problems.Result(ConfigurationProblems.NoVersion(version is null ? "There is no configuration yet." : $"Version {version} is not kept."));
        }

        bool isAdmin = scope.Grant.Role == ApiRole.Admin;
        IConfigurationReader? reader = context.RequestServices.GetService(typeof(IConfigurationReader)) as IConfigurationReader;
        return ReadEndpoints.Json(new ConfigurationModel
        {
            Current = detail.Versions[^1].Version,
            Version = ConfigurationMapping.Map(detail.Version, isAdmin),
            Configuration = ConfigurationMapping.WithoutSecrets(detail.Configuration),
            Files = isAdmin && detail.Source is { } source
                ? reader?.Unpack(source).Select(static file => new ConfigurationFileModel { Name = file.Name, Text = file.Text }).ToArray()
                : null,
        });
    }

    public static async Task<IResult> Versions(HttpContext context, IDomainHost host)
    {
        DomainScope scope = DomainAccess.Scope(context);
        return await host.ReadConfigurationAsync(scope.Domain, null, context.RequestAborted) is { } detail
            ? ReadEndpoints.Json(new ConfigurationVersionsModel
            {
                Current = detail.Version.Version,
                Versions = [.. detail.Versions.Reverse().Select(version => ConfigurationMapping.Map(version, scope.Grant.Role == ApiRole.Admin))],
            })
            : Problems.Result(ConfigurationProblems.NoVersion("There is no configuration yet."));
    }

    public static Task<IResult> Apply(
        HttpContext context,
        ConfigurationEndpoints endpoints,
        [Description("true: say what would change, and change nothing.")] string? dryRun,
        [Description("Why, for the record: at most 200 characters.")] string? comment) => endpoints.ApplyAsync(context, dryRun, comment);

    public static Task<IResult> RollBack(
        HttpContext context,
        ConfigurationEndpoints endpoints,
        [Description("Which version; the one before the current when left out.")] string? version,
        [Description("true: say what would change, and change nothing.")] string? dryRun,
        [Description("Why, for the record: at most 200 characters.")] string? comment) => endpoints.RollBackAsync(context, version, dryRun, comment);

    private async Task<IResult> ApplyAsync(HttpContext context, string? dryRun, string? comment)
    {
        DomainScope scope = DomainAccess.Scope(context);
        bool isDryRun = false;
        Problem? problem = Admin(scope.Grant) ?? Query(dryRun, comment, out isDryRun);
        if (problem is not null)
        {
            return Problems.Result(problem);
        }

        // Only now: who may not send a configuration may not send a large body either.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.Value.MaxConfigurationBodyBytes;
        }

        (byte[]? body, ConfigurationSent? sent, problem) = await ConfigurationBody.ReadAsync(context, options.Value.MaxConfigurationBodyBytes);
        string? key = null;
        problem ??= idempotency.Check(context.Request, scope.Grant, body!, out key);
        if (problem is not null)
        {
            return Problems.Result(problem);
        }

        ConfigurationReading reading = Reader.Read(sent!.Files, sent.Sounds);
        if (reading.Configuration is not { } configuration)
        {
            return Problems.Result(ConfigurationProblems.Mistaken(reading.Mistakes));
        }

        ConfigurationOverlaps overlaps = await CompareAsync(scope, sent.Files[0].Name, configuration, context.RequestAborted);
        return overlaps.Refused.Count > 0
            ? Problems.Result(ConfigurationProblems.Overlapping(overlaps.Refused))
            : await SendAsync(
                scope,
                new ApplyConfiguration(configuration) { Actor = scope.Grant.Name, Comment = comment, DryRun = isDryRun, Source = reading.Source },
                key,
                isDryRun,
                [.. reading.Warnings, .. overlaps.Warnings],
                context.RequestAborted);
    }

    private IConfigurationReader Reader =>
        (IConfigurationReader?)services.GetService(typeof(IConfigurationReader)) ?? throw new InvalidOperationException("The process has no reader of configurations");

    /// <summary>A configuration of another domain is refused by this one, which says so.</summary>
    private async Task<ConfigurationOverlaps> CompareAsync(DomainScope scope, string name, DomainConfiguration configuration, CancellationToken aborted) =>
        configuration.Domain == scope.Domain ? await others.CompareAsync(Reader, name, configuration, aborted) : new ConfigurationOverlaps([], []);

    private async Task<IResult> RollBackAsync(HttpContext context, string? version, string? dryRun, string? comment)
    {
        DomainScope scope = DomainAccess.Scope(context);
        long? asked = null;
        string? key = null;
        bool isDryRun = false;
        Problem? problem = Admin(scope.Grant) ?? TryVersion(version, out asked) ?? Query(dryRun, comment, out isDryRun) ?? idempotency.Check(context.Request, scope.Grant, [], out key);
        if (problem is not null)
        {
            return Problems.Result(problem);
        }

        ConfigurationOverlaps overlaps = await FormerAsync(scope.Domain, asked, context.RequestAborted) is { } former
            ? await CompareAsync(scope, $"version {former.Version.Version}", former.Configuration, context.RequestAborted)
            : new ConfigurationOverlaps([], []);
        return overlaps.Refused.Count > 0
            ? Problems.Result(ConfigurationProblems.Overlapping(overlaps.Refused))
            : await SendAsync(scope, new RollbackConfiguration(asked, scope.Grant.Name) { Comment = comment, DryRun = isDryRun }, key, isDryRun, overlaps.Warnings, context.RequestAborted);
    }

    /// <summary>What a rollback would bring back; null when it is not kept, or the domain does not answer soon: then the command says so.</summary>
    private async Task<ConfigurationDetail?> FormerAsync(DomainId domain, long? asked, CancellationToken aborted)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMilliseconds(OtherDomains.ReadLimitMs), time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(aborted, limit.Token);
        try
        {
            long? version = asked ?? (await host.ReadConfigurationAsync(domain, null, either.Token) is { } current ? ConfigurationVersion.OneBefore(current.Versions) : null);
            return version is null ? null : await host.ReadConfigurationAsync(domain, version, either.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<IResult> SendAsync(
        DomainScope scope, Command command, string? key, bool isDryRun, IReadOnlyList<ConfigurationMistakeModel> warnings, CancellationToken aborted)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(options.Value.WriteTimeoutMs), time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(aborted, deadline.Token);
        CommandReply reply;
        try
        {
            reply = await host.SendAsync(scope.Domain, command, key, either.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return Problems.Result(Problems.OutcomeUnknown());
        }

        return reply switch
        {
            ConfigurationReply { Code: ReplyCode.Ok } done => ReadEndpoints.Json(new ConfigurationAppliedModel
            {
                Version = done.Version,
                Changed = done.IsChanged,
                DryRun = isDryRun,
                Changes = ConfigurationMapping.Map(done.Changes),
                Warnings = warnings.Count == 0 ? null : warnings,
            }),
            { Code: ReplyCode.NotFound } => Problems.Result(ConfigurationProblems.NoVersion(reply.Detail ?? "")),
            { Code: ReplyCode.Conflict } => Problems.Result(ConfigurationProblems.InUse(reply.Detail ?? "")),
            { Code: ReplyCode.Refused } => Problems.Result(ConfigurationProblems.Refused(reply.Detail ?? "")),
            { Code: ReplyCode.Unavailable } => Problems.Result(Problems.Unavailable(reply.Detail)),
            _ => Problems.Result(Problems.TurnFailed(reply.Detail)),
        };
    }

    private static Problem? Admin(Grant grant) => grant.Role == ApiRole.Admin ? null : ConfigurationProblems.AdminOnly(grant);

    private static Problem? Query(string? dryRun, string? comment, out bool isDryRun)
    {
        isDryRun = dryRun == "true";
        if (dryRun is not (null or "true" or "false"))
        {
            return Problems.BadQuery("dryRun", dryRun, "Use true or false.", ["true", "false"]);
        }

        return comment is { Length: > ApplyConfiguration.MaxCommentLengthChars } || comment?.Any(char.IsControl) == true
            ? Problems.BadQuery("comment", comment, $"Send at most {ApplyConfiguration.MaxCommentLengthChars} characters in one line.")
            : null;
    }

    private static Problem? TryVersion(string? text, out long? version)
    {
        version = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
        return text is null || version is > 0 ? null : Problems.BadQuery("version", text, "Use the number of a version; GET configuration/versions lists them.");
    }
}
