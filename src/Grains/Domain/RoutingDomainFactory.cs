using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Call;
using Routing.Grains.Configuration;
using Routing.Grains.Customer;

namespace Routing.Grains.Domain;

/// <summary>Makes domains, and reads their rows for those who look without a turn.</summary>
public sealed class RoutingDomainFactory(DomainLimits limits) : IDomainMachineFactory
{
    public RoutingDomainFactory()
        : this(new DomainLimits())
    {
    }

    public IDomainMachine Create(DomainId domain) => new RoutingDomain(domain, limits);

    public bool IsResident(byte kind) => GrainKind.IsResident(kind);

    public bool IsActivatedFrom(byte kind) => GrainKind.IsResident(kind) || kind == GrainKind.Customer;

    public IReadOnlyList<RowKey> CallRows(CallId call) => [GrainKind.Of(call), GrainKind.Ended(call)];

    public byte EndedCallKind => GrainKind.EndedCall;

    public CallDetail ReadCall(StoredRow row) => CallReading.Detail(CallId.Of(row.Key.Id), CallRecord.Read(row.Bytes.Span));

    public RowKey CustomerRow(CustomerId customer) => GrainKind.Of(customer);

    public CustomerView ReadCustomer(StoredRow row) => CustomerRecord.Read(row.Bytes.Span).View(CustomerId.Of(row.Key.Id));

    public ConfigurationDetail? ReadConfiguration(long? version, Func<RowKey, StoredRow?> read)
    {
        if (read(GrainKind.ConfigurationKey) is not { } current)
        {
            return null;
        }

        ConfigurationRecord record = ConfigurationRecord.Read(current.Bytes);
        long asked = version ?? record.Version;
        ReadOnlyMemory<byte>? json = asked == record.Version ? record.Json : read(GrainKind.FormerConfigurationOf(asked))?.Bytes;
        if (json is null || record.Versions.Find(kept => kept.Version == asked) is not { } found)
        {
            return null;
        }

        return new ConfigurationDetail
        {
            Version = found,
            Versions = record.Versions,
            Configuration = ConfigurationCodec.FromJson(json.Value.Span),
            FileTextSha256 = asked == record.Version && record.FileVersion == record.Version ? record.FileTextSha256 : null,
            Source = read(GrainKind.ConfigurationSourceOf(asked))?.Bytes,
        };
    }
}
