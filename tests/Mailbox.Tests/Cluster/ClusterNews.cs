using System.Collections.Concurrent;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>Wakes whoever waits for something in the cluster to become true, whenever anything changed there; and keeps what operators are told.</summary>
internal sealed class ClusterNews : IMailboxLog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly ConcurrentQueue<string> _told = [];
    private TaskCompletionSource _next = New();

    public string Told => string.Join('\n', _told);

    public void Tell() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>The next change, seen from before it is asked what is true now.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public async Task UntilAsync(Func<bool> isTrue)
    {
        while (true)
        {
            Task next = Next;
            if (isTrue())
            {
                return;
            }

            await next.WaitAsync(Patience);
        }
    }

    public void ClusterChanged(string what, bool isTrouble)
    {
        _told.Enqueue(what);
        Tell();
    }

    public void TurnFailed(DomainId domain, string origin, string command, Exception error) => ClusterChanged(error.Message, true);

    public void Repaired(DomainId domain, string what) => Tell();

    public void LoadFailed(DomainId domain, Exception error) => ClusterChanged(error.Message, true);

    public void StoreFailed(int lane, StoreFailure failure, string detail) => Tell();

    public void StoreRecovered(int lane, long downForMs) => Tell();

    public void EffectsDropped(DomainId domain, GatewayId gateway, int effects) => Tell();

    public void HandlerFailed(string what, Exception error) => ClusterChanged($"{what}: {error}", true);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
