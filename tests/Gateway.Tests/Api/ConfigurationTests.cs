using System.Net;
using System.Text;
using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Tests.Feeds;
using Xunit;

namespace Routing.Gateway.Tests.Api;

/// <summary>REST of the configuration: bodies, roles, problems with every mistake, and no secret in any answer.</summary>
public sealed class ConfigurationTests : IAsyncLifetime
{
    private const string Path = "/api/v1/configuration";
    private const string Yaml = "application/yaml";
    private static readonly string Md5 = new('b', 32);
    private static readonly string Sha256 = new('c', 64);

    private WebServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await WebServer.StartAsync();
        _server.Host.OnCommand = (command, _, _) => Task.FromResult<CommandReply>(new ConfigurationReply(ReplyCode.Ok)
        {
            Version = 2,
            IsChanged = true,
            Changes = new ConfigurationChanges
            {
                Differences = [new ConfigurationDifference("queues[support].timeout", DifferenceKind.Changed, "0", "5s")],
                DifferencesCount = 1,
                Waiting = [new WaitingChange(QueueId.Of("support"), 3, ["timeout"])],
                WaitingCallsCount = 3,
                Leaving = [new LeavingAgent(AgentId.Of("alice"), AgentState.Talking)],
                LeavingCount = 1,
            },
        });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_file_is_applied_by_command_and_answered_with_version_changes_and_warnings()
    {
        (HttpResponseMessage response, JsonElement body) = await _server.SendAsync(
            HttpMethod.Post, Path + "?comment=summer", body: "domain: demo", contentType: Yaml, headers: ("Idempotency-Key", "k1"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((2, true, false), (body.GetProperty("version").GetInt32(), body.GetProperty("changed").GetBoolean(), body.GetProperty("dryRun").GetBoolean()));
        JsonElement changes = body.GetProperty("changes");
        Assert.Equal("""{"where":"queues[support].timeout","kind":"changed","from":"0","to":"5s"}""", Assert.Single(changes.GetProperty("differences").EnumerateArray()).GetRawText());
        Assert.Equal("""{"queue":"support","calls":3,"keys":["timeout"]}""", Assert.Single(changes.GetProperty("waiting").EnumerateArray()).GetRawText());
        Assert.Equal("""{"agent":"alice","state":"talking"}""", Assert.Single(changes.GetProperty("leaving").EnumerateArray()).GetRawText());
        Assert.Equal("hardly meant", Assert.Single(body.GetProperty("warnings").EnumerateArray()).GetProperty("problem").GetString());
        (Command command, string? key) = Assert.Single(_server.Host.Commands);
        ApplyConfiguration apply = Assert.IsType<ApplyConfiguration>(command);
        Assert.Equal(("admin", "summer", false, ConfigurationOrigin.Operator, "rest/admin/k1"), (apply.Actor, apply.Comment, apply.DryRun, apply.Origin, key));
        Assert.Equal("configuration.yaml=domain: demo", Encoding.UTF8.GetString(apply.Source!.Value.Span));
    }

    [Fact]
    public async Task Several_files_come_as_JSON_with_their_names()
    {
        (HttpResponseMessage response, _) = await _server.SendAsync(
            HttpMethod.Post, Path + "?dryRun=true", body: """{"files":[{"name":"a.yaml","text":"domain: demo"},{"name":"b.yaml","text":"queues: []"}]}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        ApplyConfiguration apply = Assert.IsType<ApplyConfiguration>(Assert.Single(_server.Host.Commands).Command);
        Assert.True(apply.DryRun);
        Assert.Equal("a.yaml=domain: demo;b.yaml=queues: []", Encoding.UTF8.GetString(apply.Source!.Value.Span));
    }

    [Fact]
    public async Task A_bad_file_is_answered_with_every_mistake_and_its_place_and_no_command_is_sent()
    {
        (HttpResponseMessage response, JsonElement problem) = await _server.SendAsync(HttpMethod.Post, Path, body: "bad", contentType: Yaml);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("urn:routing:problem:configuration-invalid", problem.GetProperty("type").GetString());
        Assert.Equal(
            """{"file":"configuration.yaml","line":3,"column":7,"problem":"is bad","remedy":"make it good"}""", problem.GetProperty("mistakes")[0].GetRawText());
        Assert.Equal(2, problem.GetProperty("mistakes").GetArrayLength());
        Assert.StartsWith("configuration.yaml:3:7: is bad (and 1 more)", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(_server.Host.Commands);
    }

    [Theory]
    [InlineData("POST", Path)]
    [InlineData("POST", Path + "/rollback")]
    public async Task Only_an_administrator_changes_the_configuration(string method, string path)
    {
        (HttpResponseMessage response, JsonElement problem) = await _server.SendAsync(new HttpMethod(method), path, Sample.SupervisorKey, "domain: demo", Yaml);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("admin", Assert.Single(problem.GetProperty("allowed").EnumerateArray()).GetString());
        Assert.Empty(_server.Host.Commands);
    }

    [Theory]
    [InlineData(ReplyCode.Conflict, 409, "configuration-in-use")]
    [InlineData(ReplyCode.Refused, 422, "configuration-invalid")]
    [InlineData(ReplyCode.NotFound, 404, "configuration-version-unknown")]
    [InlineData(ReplyCode.Failed, 500, "turn-failed")]
    [InlineData(ReplyCode.Unavailable, 503, "unavailable")]
    public async Task A_reply_becomes_a_status_with_its_reason(ReplyCode code, int status, string type)
    {
        _server.Host.OnCommand = (_, _, _) => Task.FromResult<CommandReply>(new ConfigurationReply(code, "because"));

        (HttpResponseMessage response, JsonElement problem) = await _server.SendAsync(HttpMethod.Post, Path + "/rollback?version=1");

        Assert.Equal((status, "urn:routing:problem:" + type, "because"), ((int)response.StatusCode, problem.GetProperty("type").GetString(), problem.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("?dryRun=yes", "domain: demo", Yaml, 400)]
    [InlineData("?dry=true", "domain: demo", Yaml, 400)]
    [InlineData("?comment=a%0Ab", "domain: demo", Yaml, 400)]
    [InlineData("", "domain: demo", "text/plain", 415)]
    [InlineData("", "{}", "application/json", 400)]
    [InlineData("", """{"files":[]}""", "application/json", 400)]
    [InlineData("", """{"files":[{"name":"a"}]}""", "application/json", 400)]
    [InlineData("", """{"files":[{"name":"a","text":"","more":1}]}""", "application/json", 400)]
    public async Task What_cannot_be_read_is_refused(string query, string body, string contentType, int status)
    {
        (HttpResponseMessage response, _) = await _server.SendAsync(HttpMethod.Post, Path + query, body: body, contentType: contentType);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(_server.Host.Commands);
    }

    [Fact]
    public async Task A_rollback_names_its_version_or_means_the_one_before()
    {
        await _server.SendAsync(HttpMethod.Post, Path + "/rollback?version=7&comment=oops");
        await _server.SendAsync(HttpMethod.Post, Path + "/rollback?dryRun=true");

        Assert.Equal(
            [new RollbackConfiguration(7, "admin") { Comment = "oops" }, new RollbackConfiguration(null, "admin") { DryRun = true }], _server.Host.Commands.Select(sent => sent.Command));
    }

    [Fact]
    public async Task The_same_idempotency_key_with_another_query_is_a_mistake_of_the_caller()
    {
        await _server.SendAsync(HttpMethod.Post, Path + "?dryRun=true", body: "domain: demo", contentType: Yaml, headers: ("Idempotency-Key", "k"));
        (HttpResponseMessage response, _) = await _server.SendAsync(HttpMethod.Post, Path, body: "domain: demo", contentType: Yaml, headers: ("Idempotency-Key", "k"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [Theory]
    [InlineData(Sample.AdminKey, true)]
    [InlineData(Sample.SupervisorKey, false)]
    public async Task No_answer_has_a_secret_and_texts_and_digests_are_for_administrators(string key, bool isAdmin)
    {
        _server.Host.Configurations.Add(Detail(1));
        _server.Host.Configurations.Add(Detail(2));

        JsonElement current = await _server.GetAsync(Path, key);
        JsonElement former = await _server.GetAsync(Path + "?version=1", key);
        JsonElement versions = await _server.GetAsync(Path + "/versions", key);

        Assert.Equal((2, 2, 1), (current.GetProperty("current").GetInt32(), current.GetProperty("version").GetProperty("version").GetInt32(), former.GetProperty("version").GetProperty("version").GetInt32()));
        Assert.Equal("ann", current.GetProperty("configuration").GetProperty("agents")[0].GetProperty("id").GetString());
        Assert.Equal([2, 1], versions.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        Assert.Equal(isAdmin, current.TryGetProperty("files", out JsonElement files));
        Assert.Equal(isAdmin ? "kept text" : null, isAdmin ? files[0].GetProperty("text").GetString() : null);
        Assert.Equal(isAdmin, versions.GetProperty("versions")[0].TryGetProperty("sha256", out _));
        foreach (JsonElement answer in (JsonElement[])[current, former, versions])
        {
            Assert.DoesNotContain(Md5, answer.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain(Sha256, answer.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_version_that_is_not_kept_is_not_found()
    {
        (HttpResponseMessage response, _) = await _server.SendAsync(HttpMethod.Get, Path + "?version=9");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static ConfigurationDetail Detail(long version)
    {
        ConfigurationVersion[] versions = [.. Enumerable.Range(1, 2).Select(number => new ConfigurationVersion
        {
            Version = number,
            AtMs = 1,
            Origin = ConfigurationOrigin.Rollback,
            Actor = "root",
            Sha256 = "digest",
            Bytes = 1,
            CopyOf = 1,
        })];
        return new ConfigurationDetail
        {
            Version = versions[version - 1],
            Versions = versions,
            Configuration = new DomainConfiguration
            {
                Domain = Sample.DomainId,
                Realm = "r",
                Agents = [new AgentConfiguration { Id = AgentId.Of("ann"), Name = "Ann", SipUser = "ann", Ha1Md5 = Md5, Ha1Sha256 = Sha256 }],
                ApiKeys = [new ApiKeyConfiguration("root", Sha256, ApiRole.Admin)],
            },
            Source = Encoding.UTF8.GetBytes("kept text"),
        };
    }
}
