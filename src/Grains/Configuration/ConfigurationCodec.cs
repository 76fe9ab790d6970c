using System.Text.Json;
using Routing.Contracts.Configuration;
using Routing.Contracts.Serialization;
using Routing.Grains.Records;

namespace Routing.Grains.Configuration;

/// <summary>The stored configuration: its version in the domain, and all of it as JSON, which grows with it by itself.</summary>
internal static class ConfigurationCodec
{
    public static byte[] ToJson(DomainConfiguration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(configuration, ContractsJson.Default.DomainConfiguration);

    public static byte[] Write(long version, ReadOnlySpan<byte> json, RecordWriter writer)
    {
        writer.Start(1);
        writer.Number(2, version);
        writer.Bytes(3, json);
        return writer.ToArray();
    }

    public static (long Version, byte[] Json, DomainConfiguration Configuration) Read(ReadOnlySpan<byte> bytes)
    {
        long version = 0;
        byte[] json = [];
        UnknownFields unread = default;
        RecordReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2: version = reader.Number(); break;
                case 3: json = reader.Bytes().ToArray(); break;
                default: reader.Keep(ref unread); break;
            }
        }

        DomainConfiguration configuration = JsonSerializer.Deserialize(json, ContractsJson.Default.DomainConfiguration)
            ?? throw new FormatException("The stored configuration is empty.");
        return (version, json, configuration);
    }
}
