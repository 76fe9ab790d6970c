using Routing.Contracts.Ids;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>Tells of the first failure of a store and of the first recovery.</summary>
internal sealed class StoreSigns : IMailboxLog
{
    private readonly TaskCompletionSource<string> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Failed => _failed.Task;

    public Task Recovered => _recovered.Task;

    public void StoreFailed(int lane, StoreFailure failure, string detail) => _failed.TrySetResult($"{failure}: {detail}");

    public void StoreRecovered(int lane, long downForMs) => _recovered.TrySetResult();

    public void TurnFailed(DomainId domain, string origin, string command, Exception error) => _failed.TrySetResult(error.ToString());

    public void Repaired(DomainId domain, string what) => _failed.TrySetResult(what);

    public void LoadFailed(DomainId domain, Exception error) => _failed.TrySetResult(error.ToString());

    public void EffectsDropped(DomainId domain, GatewayId gateway, int effects) => _failed.TrySetResult("effects dropped");

    public void HandlerFailed(string what, Exception error) => _failed.TrySetResult(error.ToString());
}
