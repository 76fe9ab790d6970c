using Npgsql;
using NpgsqlTypes;

namespace Routing.Mailbox.Postgres;

/// <summary>Typed, positional parameters; and texts as the server can store them.</summary>
internal static class PostgresParameters
{
    public static NpgsqlParameterCollection With<T>(this NpgsqlParameterCollection parameters, T value, NpgsqlDbType type)
    {
        parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return parameters;
    }

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection parameters, int value) => parameters.With(value, NpgsqlDbType.Integer);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection parameters, long value) => parameters.With(value, NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection parameters, string value) => parameters.With(value, NpgsqlDbType.Text);

    public static NpgsqlParameterCollection WithAll(this NpgsqlParameterCollection parameters, IReadOnlyList<int> values) =>
        parameters.With(values as int[] ?? [.. values], NpgsqlDbType.Array | NpgsqlDbType.Integer);

    /// <summary>What others wrote (keys of clients, messages of exceptions) may hold what a text of the server cannot: a zero character, half of a surrogate pair.</summary>
    public static string Storable(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsSurrogate(text[i]))
            {
                return Cleaned(text);
            }
        }

        return text;
    }

    private static string Cleaned(string text)
    {
        System.Text.StringBuilder clean = new(text.Length);
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? System.Text.Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }
}
