using NpgsqlTypes;

namespace Routing.Mailbox.Postgres;

/// <summary>Types of arrays that carry the columns of a statement.</summary>
internal static class ColumnTypes
{
    public const NpgsqlDbType Ints = NpgsqlDbType.Array | NpgsqlDbType.Integer;
    public const NpgsqlDbType Shorts = NpgsqlDbType.Array | NpgsqlDbType.Smallint;
    public const NpgsqlDbType Longs = NpgsqlDbType.Array | NpgsqlDbType.Bigint;
    public const NpgsqlDbType Texts = NpgsqlDbType.Array | NpgsqlDbType.Text;
    public const NpgsqlDbType Bytes = NpgsqlDbType.Array | NpgsqlDbType.Bytea;
}
