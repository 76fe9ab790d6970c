using System.Buffers;
using System.Text;

namespace Routing.Sip.Messages;

/// <summary>
/// The ";name=value" list after a URI, an address or a Via: immutable, in order, names compared without case.
/// Those seen most are shared strings, so that a parsed message costs little.
/// </summary>
public sealed class SipParameters
{
    private const int MaxParameters = 64;

    private static readonly string[] CommonNames =
    [
        "branch", "tag", "rport", "received", "transport", "lr", "expires", "q", "ob", "user", "maddr", "ttl", "method",
        "+sip.instance", "reg-id",
    ];

    private static readonly SearchValues<char> ForbiddenInName = SearchValues.Create(" \t\r\n\"<>,");
    private static readonly SearchValues<char> ForbiddenInValue = SearchValues.Create(" \t\r\n\"<>");

    private readonly SipParameter[] _items;

    private SipParameters(SipParameter[] items) => _items = items;

    public static SipParameters Empty { get; } = new([]);

    public int Count => _items.Length;

    public ReadOnlySpan<SipParameter> Items => _items;

    /// <summary>The value as written; null when the parameter is absent or is a flag (see <see cref="Contains"/>).</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (item.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return item.Value;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// Parses the text after the first semicolon. False for an empty name, an open quote, white space inside a value, or more than 64.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SipParameters parameters)
    {
        parameters = Empty;
        var count = 1;
        foreach (var c in text)
        {
            count += c == ';' ? 1 : 0;
        }

        var items = new SipParameter[Math.Min(count, MaxParameters)];
        count = 0;
        var rest = text;
        do
        {
            var more = rest.Length;
            if (count == MaxParameters
                || !SipText.TryTakeItem(ref rest, ';', out var item)
                || !TryParseOne(SipText.TrimLws(item), out items[count]))
            {
                return false;
            }

            // A semicolon at the very end leaves an empty item, which the next round would not see.
            if (rest.IsEmpty && item.Length != more)
            {
                return false;
            }

            count++;
        }
        while (!rest.IsEmpty);

        parameters = new SipParameters(count == items.Length ? items : items[..count]);
        return true;
    }

    public bool Contains(string name)
    {
        foreach (var item in _items)
        {
            if (item.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A copy in which the parameter has this value, in its old place or at the end.</summary>
    public SipParameters With(string name, string? value)
    {
        if (!SipText.IsOneLine(name) || !SipText.IsOneLine(value))
        {
            throw new ArgumentException("A parameter cannot contain a line break or NUL.", nameof(value));
        }

        for (var i = 0; i < _items.Length; i++)
        {
            if (_items[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                var copy = (SipParameter[])_items.Clone();
                copy[i] = new SipParameter(_items[i].Name, value);
                return new SipParameters(copy);
            }
        }

        return new SipParameters([.. _items, new SipParameter(name, value)]);
    }

    public SipParameters Without(string name) =>
        Contains(name)
            ? new SipParameters(Array.FindAll(_items, item => !item.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            : this;

    public override string ToString() => _items switch
    {
        [] => "",
        [{ Value: null } flag] => $";{flag.Name}",
        [var only] => $";{only.Name}={only.Value}",
        _ => AppendTo(new StringBuilder()).ToString(),
    };

    internal StringBuilder AppendTo(StringBuilder builder)
    {
        foreach (var (name, value) in _items)
        {
            builder.Append(';').Append(name);
            if (value is not null)
            {
                builder.Append('=').Append(value);
            }
        }

        return builder;
    }

    private static bool TryParseOne(ReadOnlySpan<char> text, out SipParameter parameter)
    {
        parameter = default;
        var equals = text.IndexOf('=');
        var name = equals < 0 ? text : SipText.TrimLws(text[..equals]);
        if (name.IsEmpty || name.ContainsAny(ForbiddenInName))
        {
            return false;
        }

        string? value = null;
        if (equals >= 0)
        {
            var raw = SipText.TrimLws(text[(equals + 1)..]);
            if (raw.StartsWith("\"") ? SipText.QuotedStringLength(raw) != raw.Length : raw.ContainsAny(ForbiddenInValue))
            {
                return false;
            }

            value = raw.ToString();
        }

        parameter = new SipParameter(InternName(name), value);
        return true;
    }

    private static string InternName(ReadOnlySpan<char> name)
    {
        foreach (var known in CommonNames)
        {
            if (name.SequenceEqual(known))
            {
                return known;
            }
        }

        return name.ToString();
    }
}
