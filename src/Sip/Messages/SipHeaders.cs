using System.Diagnostics.CodeAnalysis;

namespace Routing.Sip.Messages;

/// <summary>
/// The header fields of a message in order, as raw values; typed values are parsed when asked for and the hot ones are remembered.
/// Belongs to one message and one thread. Via, Contact, Route, Record-Route, Path and Service-Route hold one value an entry,
/// whatever way they were written. Content-Length is not kept up here: the writer always computes it.
/// </summary>
public sealed class SipHeaders
{
    private const int InitialCapacityHeaders = 16;
    private const int DefaultExpiresSeconds = 3600;

    private readonly List<SipHeader> _items;
    private Via? _via;
    private NameAddress? _from;
    private NameAddress? _to;
    private CSeq? _cseq;
    private IReadOnlyList<NameAddress>? _contacts;

    public SipHeaders()
    {
        _items = new List<SipHeader>(InitialCapacityHeaders);
    }

    public int Count => _items.Count;

    public SipHeader this[int index] => _items[index];

    /// <summary>The first value; null when the header is absent.</summary>
    [SuppressMessage("Design", "CA1043", Justification = "A header is looked up by its id as a dictionary entry by its key.")]
    public string? this[HeaderId id] => IndexOf(id) is var i and >= 0 ? _items[i].Value : null;

    /// <summary>The first value of a header by name, known or not, in any case; null when it is absent.</summary>
    public string? this[string name]
    {
        get
        {
            var id = HeaderNames.Lookup(name);
            foreach (var item in _items)
            {
                if (item.Id == id && (id != HeaderId.Unknown || item.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                {
                    return item.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The top Via; null when absent or malformed.</summary>
    public Via? Via
    {
        get
        {
            if (_via is null && this[HeaderId.Via] is { } text && Messages.Via.TryParse(text, out var via))
            {
                _via = via;
            }

            return _via;
        }
    }

    public NameAddress? From => _from ??= ReadAddress(HeaderId.From);

    public NameAddress? To => _to ??= ReadAddress(HeaderId.To);

    public string? CallId => this[HeaderId.CallId];

    public CSeq? CSeq
    {
        get
        {
            if (_cseq is null && this[HeaderId.CSeq] is { } text && Messages.CSeq.TryParse(text, out var value))
            {
                _cseq = value;
            }

            return _cseq;
        }
    }

    /// <summary>All Contacts but the wildcard; the parser has made sure that they are well formed.</summary>
    public IReadOnlyList<NameAddress> Contacts => _contacts ??= ReadAddresses(HeaderId.Contact);

    /// <summary>"Contact: *" (RFC 3261 §10.2.2).</summary>
    public bool HasWildcardContact => this[HeaderId.Contact] == "*";

    public IReadOnlyList<NameAddress> Routes => ReadAddresses(HeaderId.Route);

    public IReadOnlyList<NameAddress> RecordRoutes => ReadAddresses(HeaderId.RecordRoute);

    /// <summary>Null when absent or malformed.</summary>
    public int? MaxForwards => ReadNumber(HeaderId.MaxForwards);

    /// <summary>As received, in bytes; null when absent or malformed.</summary>
    public int? ContentLength => ReadNumber(HeaderId.ContentLength);

    /// <summary>The media type without parameters in lower case, "application/sdp"; null when absent.</summary>
    public string? ContentType
    {
        get
        {
            var text = this[HeaderId.ContentType];
            if (text is null)
            {
                return null;
            }

            var semicolon = text.IndexOf(';', StringComparison.Ordinal);
            return (semicolon < 0 ? text : text[..semicolon]).Trim().ToLowerInvariant();
        }
    }

    /// <summary>Seconds; a malformed value counts as 3600 (RFC 3261 §10.3), one above 2^31-1 as 2^31-1; null when absent.</summary>
    public int? ExpiresSeconds => this[HeaderId.Expires] is { } text ? ReadExpires(text) : null;

    public List<SipHeader>.Enumerator GetEnumerator() => _items.GetEnumerator();

    public bool Contains(HeaderId id) => IndexOf(id) >= 0;

    /// <summary>How many entries there are of it.</summary>
    public int CountOf(HeaderId id)
    {
        var count = 0;
        foreach (var item in _items)
        {
            count += item.Id == id ? 1 : 0;
        }

        return count;
    }

    /// <summary>All values of a known header in order.</summary>
    public IEnumerable<string> GetAll(HeaderId id)
    {
        foreach (var item in _items)
        {
            if (item.Id == id)
            {
                yield return item.Value;
            }
        }
    }

    /// <summary>The comma separated elements of all lines of a header such as Require, Supported or Allow.</summary>
    public IEnumerable<string> GetTokens(HeaderId id) =>
        GetAll(id).SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>True when one of <see cref="GetTokens"/> is this one; option tags are compared without case (RFC 3261 §7.3.1).</summary>
    public bool HasToken(HeaderId id, string token) => Contains(id) && GetTokens(id).Contains(token, StringComparer.OrdinalIgnoreCase);

    /// <summary>Appends a header.</summary>
    /// <exception cref="ArgumentException">The value contains a line break or NUL, or a list header has an unclosed quote.</exception>
    public void Add(HeaderId id, string value) => AddChecked(id, HeaderNames.ToText(id), value);

    /// <inheritdoc cref="Add(HeaderId, string)"/>
    public void Add(string name, string value)
    {
        if (!SipText.IsToken(name))
        {
            throw new ArgumentException("A header name is a token.", nameof(name));
        }

        var id = HeaderNames.Lookup(name);
        AddChecked(id, id == HeaderId.Unknown ? name : HeaderNames.ToText(id), value);
    }

    /// <summary>
    /// Puts one value before all others of this header (a Via or a Route pushed on top), or at the front when there is none.
    /// </summary>
    public void AddFirst(HeaderId id, string value)
    {
        CheckLine(value);
        _items.Insert(Math.Max(0, IndexOf(id)), new SipHeader(id, HeaderNames.ToText(id), value));
        Forget(id);
    }

    /// <summary>Leaves exactly one entry of the header, in the place of the first or at the end.</summary>
    public void Set(HeaderId id, string value)
    {
        CheckLine(value);
        var index = IndexOf(id);
        if (index < 0)
        {
            _items.Add(new SipHeader(id, HeaderNames.ToText(id), value));
        }
        else
        {
            _items[index] = new SipHeader(id, HeaderNames.ToText(id), value);
            for (var i = _items.Count - 1; i > index; i--)
            {
                if (_items[i].Id == id)
                {
                    _items.RemoveAt(i);
                }
            }
        }

        Forget(id);
    }

    /// <summary>Replaces the first entry only: the top Via gets "received" and "rport", the top Route is rewritten.</summary>
    public void SetFirst(HeaderId id, string value)
    {
        CheckLine(value);
        var index = IndexOf(id);
        var header = new SipHeader(id, HeaderNames.ToText(id), value);
        if (index < 0)
        {
            _items.Add(header);
        }
        else
        {
            _items[index] = header;
        }

        Forget(id);
    }

    public void Remove(HeaderId id)
    {
        if (_items.RemoveAll(item => item.Id == id) > 0)
        {
            Forget(id);
        }
    }

    /// <summary>Takes the first entry away: the top Via of a response, the top Route of a request. False when there is none.</summary>
    public bool RemoveFirst(HeaderId id)
    {
        var index = IndexOf(id);
        if (index < 0)
        {
            return false;
        }

        _items.RemoveAt(index);
        Forget(id);
        return true;
    }

    /// <summary>Appends all entries of one header of another message, in order, as they are.</summary>
    public void CopyFrom(SipHeaders source, HeaderId id)
    {
        foreach (var item in source._items)
        {
            if (item.Id == id)
            {
                _items.Add(item);
            }
        }

        Forget(id);
    }

    /// <summary>All entries in a new, independent list.</summary>
    public SipHeaders Copy()
    {
        var copy = new SipHeaders();
        copy._items.AddRange(_items);
        return copy;
    }

    /// <summary>Appends what the parser has already checked and split.</summary>
    internal void AddParsed(SipHeader header) => _items.Add(header);

    internal static int ReadExpires(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (SipText.TryParseNumber(trimmed, out var seconds))
        {
            return seconds;
        }

        return !trimmed.IsEmpty && !trimmed.ContainsAnyExceptInRange('0', '9') ? int.MaxValue : DefaultExpiresSeconds;
    }

    private static void CheckLine([NotNull] string? value)
    {
        if (!SipText.IsOneLine(value ?? throw new ArgumentNullException(nameof(value))))
        {
            throw new ArgumentException("A header value cannot contain a line break or NUL.", nameof(value));
        }
    }

    private void AddChecked(HeaderId id, string name, string value)
    {
        CheckLine(value);
        Forget(id);
        if (!HeaderNames.IsSplitList(id) || !value.Contains(',', StringComparison.Ordinal))
        {
            _items.Add(new SipHeader(id, name, value));
            return;
        }

        ReadOnlySpan<char> rest = value;
        while (!rest.IsEmpty)
        {
            if (!SipText.TryTakeItem(ref rest, ',', out var item))
            {
                throw new ArgumentException("A quoted string or bracket is not closed.", nameof(value));
            }

            _items.Add(new SipHeader(id, name, SipText.TrimLws(item).ToString()));
        }
    }

    private int IndexOf(HeaderId id)
    {
        for (var i = 0; i < _items.Count; i++)
        {
            if (_items[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    private NameAddress? ReadAddress(HeaderId id) =>
        this[id] is { } text && NameAddress.TryParse(text, out var address) ? address : null;

    private List<NameAddress> ReadAddresses(HeaderId id)
    {
        var list = new List<NameAddress>(1);
        foreach (var item in _items)
        {
            if (item.Id == id && NameAddress.TryParse(item.Value, out var address))
            {
                list.Add(address);
            }
        }

        return list;
    }

    private int? ReadNumber(HeaderId id) =>
        this[id] is { } text && SipText.TryParseNumber(text.AsSpan().Trim(), out var number) ? number : null;

    private void Forget(HeaderId id)
    {
        switch (id)
        {
            case HeaderId.Via:
                _via = null;
                break;
            case HeaderId.From:
                _from = null;
                break;
            case HeaderId.To:
                _to = null;
                break;
            case HeaderId.CSeq:
                _cseq = null;
                break;
            case HeaderId.Contact:
                _contacts = null;
                break;
            default:
                break;
        }
    }
}
