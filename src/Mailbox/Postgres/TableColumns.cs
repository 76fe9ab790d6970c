using System.Collections;
using Npgsql;
using NpgsqlTypes;

namespace Routing.Mailbox.Postgres;

/// <summary>A statement that writes many rows of one table, its parameters being the columns.</summary>
internal abstract class TableColumns(string sql)
{
    private readonly List<IList> _columns = [];

    public NpgsqlBatchCommand Command { get; } = new(sql);

    public int Count => _columns[0].Count;

    public void Clear()
    {
        foreach (IList column in _columns)
        {
            column.Clear();
        }
    }

    protected List<T> Column<T>(NpgsqlDbType type)
    {
        List<T> column = [];
        Command.Parameters.With(column, type);
        _columns.Add(column);
        return column;
    }
}
