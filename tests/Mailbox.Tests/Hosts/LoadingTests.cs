using System.Security.Cryptography;
using System.Text;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Hosts;

/// <summary>Loading a domain takes long, or fails in a way that nobody foresaw.</summary>
public sealed class LoadingTests : IDisposable
{
    private static readonly DomainId Other = DomainId.Of("other");

    private readonly ManualTime _time = new();
    private readonly MemoryStore _store;

    public LoadingTests() => _store = new MemoryStore(_time);

    public void Dispose() => _store.Dispose();

    [Fact]
    public void What_came_while_another_domain_of_the_lane_was_loaded_is_heard_before_timers_that_were_due_after_it()
    {
        DomainPlacement first = _store.PlaceDomain(Ledger.Domain, 0, 0);
        DomainPlacement second = _store.PlaceDomain(Other, 0, 0);
        SlowFactory factory = new();
        using Lane lane = new(0, [0], _store, factory, _time, new LaneOptions());
        lane.AddDomain(first);
        Drive(lane);
        Post("ring", "timer ringing 300");
        Drive(lane);
        factory.OnLoadOfOther = () =>
        {
            _time.Advance(100);
            Post("answer");
            _time.Advance(400);
        };
        lane.AddDomain(second);
        lane.RunBatch();

        Assert.Contains("answer", Text("a"), StringComparison.Ordinal);

        void Post(string entry, string script = "") =>
            lane.Post(new LaneInput(Ledger.Domain, SenderId.Of("test"), 0, Ledger.Entry("a", entry, script), static _ => { }));
    }

    [Fact]
    public void Whatever_a_connection_for_copies_throws_ends_no_process()
    {
        DomainPlacement domain = _store.PlaceDomain(Ledger.Domain, 0, 0);
        using WarmCopies copies = new(new FailingStore(_store), new LedgerFactory(), _time, new WarmCopyOptions { LeastRows = 1 });
        copies.Follow([domain]);

        Assert.Null(Record.Exception(copies.RunRound));
    }

    private static void Drive(Lane lane)
    {
        while (lane.RunBatch().DidWork)
        {
        }
    }

    private string Text(string account)
    {
        using IStoreReader reader = _store.OpenReader();
        return reader.ReadRow(1, new RowKey(LedgerMachine.Account, account)) is { } row ? Encoding.UTF8.GetString(row.Bytes.Span) : string.Empty;
    }

    private sealed class SlowFactory : IDomainMachineFactory
    {
        private readonly LedgerFactory _ledgers = new();

        public Action? OnLoadOfOther { get; set; }

        public byte EndedCallKind => _ledgers.EndedCallKind;

        public IDomainMachine Create(DomainId domain)
        {
            if (domain == Other)
            {
                OnLoadOfOther?.Invoke();
            }

            return _ledgers.Create(domain);
        }

        public bool IsResident(byte kind) => _ledgers.IsResident(kind);

        public IReadOnlyList<RowKey> CallRows(CallId call) => _ledgers.CallRows(call);

        public CallDetail ReadCall(StoredRow row) => _ledgers.ReadCall(row);

        public RowKey CustomerRow(CustomerId customer) => _ledgers.CustomerRow(customer);

        public CustomerView ReadCustomer(StoredRow row) => _ledgers.ReadCustomer(row);
    }

    private sealed class FailingStore(IMailboxStore store) : IMailboxStore
    {
        public bool KeepsChanges => true;

        public IReadOnlyList<DomainPlacement> ReadPlacements() => store.ReadPlacements();

        public DomainPlacement PlaceDomain(DomainId domain, int partition, int lane) => store.PlaceDomain(domain, partition, lane);

        public DomainPlacement MoveDomain(DomainId domain, int partition) => store.MoveDomain(domain, partition);

        public ILaneSession Acquire(IReadOnlyList<int> partitions) => throw new CryptographicException("A client certificate that is being replaced.");

        public IStoreReader OpenReader() => store.OpenReader();

        public void Dispose() => store.Dispose();
    }
}
