using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;

namespace Routing.Silo.Tests.Hosting;

/// <summary>A domain that takes configurations, or refuses the next ones as the test says. Only what bringing a configuration needs.</summary>
internal sealed class ScriptedDomain : IDomainHost
{
    private readonly List<ConfigurationVersion> _versions = [];
    private DomainConfiguration? _inForce;
    private string? _fileTextSha256;

    /// <summary>The next replies, before it takes anything.</summary>
    public Queue<CommandReply> Refusals { get; } = [];

    private readonly Lock _gate = new();
    private (DomainId Domain, TaskCompletionSource Sent)? _awaited;

    /// <summary>Everything that was sent.</summary>
    public List<ApplyConfiguration> Sent { get; } = [];

    public IReadOnlyList<DomainId> Domains => [];

    /// <summary>Does something, and waits for it and until a domain was sent something.</summary>
    public async Task WhenSentAsync(DomainId domain, Func<Task> act)
    {
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _awaited = (domain, sent);
        }

        await act();
        await sent.Task;
    }

    public Task<CommandReply> SendAsync(DomainId domain, Command command, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var apply = (ApplyConfiguration)command;
        lock (_gate)
        {
            Sent.Add(apply);
            if (_awaited is var (awaited, sent) && awaited == domain)
            {
                sent.TrySetResult();
            }
        }

        if (Refusals.TryDequeue(out CommandReply? refusal))
        {
            return Task.FromResult(refusal);
        }

        Put(apply.Configuration, apply.TextSha256);
        return Task.FromResult<CommandReply>(new ConfigurationReply(ReplyCode.Ok) { Version = _versions.Count, IsChanged = true });
    }

    /// <param name="configuration">Is in force from now on.</param>
    /// <param name="fileTextSha256">Of the text of the file that it is; null when it is none.</param>
    public void Put(DomainConfiguration configuration, string? fileTextSha256 = null)
    {
        byte[] json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(configuration, Contracts.Serialization.ContractsJson.Default.DomainConfiguration);
        string sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(json));
        _versions.Add(new ConfigurationVersion { Version = _versions.Count + 1, AtMs = 1, Origin = ConfigurationOrigin.File, Actor = "process", Sha256 = sha256, Bytes = json.Length });
        (_inForce, _fileTextSha256) = (configuration, fileTextSha256);
    }

    public Task<ConfigurationDetail?> ReadConfigurationAsync(DomainId domain, long? version, CancellationToken cancellationToken) =>
        Task.FromResult(_inForce?.Domain != domain ? null : new ConfigurationDetail { Version = _versions[^1], Versions = [.. _versions], Configuration = _inForce, FileTextSha256 = _fileTextSha256 });

    public HostStatus Status() => new() { Ready = true, Lanes = [] };

    public IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink) => throw new NotSupportedException();

    public Task<DomainSnapshot> SnapshotAsync(DomainId domain, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Explanation?> ExplainAsync(DomainId domain, Question question, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IDisposable SubscribeEvents(DomainId domain, long afterSequence, IEventSink sink) => throw new NotSupportedException();

    public Task<IReadOnlyList<TurnEvents>> ReadEventsAsync(DomainId domain, long afterSequence, int maxTurnsCount, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CallDetail?> ReadCallAsync(DomainId domain, CallId call, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<CallView>> ReadEndedCallsAsync(DomainId domain, int maxCallsCount, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CustomerView?> ReadCustomerAsync(DomainId domain, CustomerId customer, CancellationToken cancellationToken) => throw new NotSupportedException();
}
