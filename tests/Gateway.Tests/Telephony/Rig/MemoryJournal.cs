using Routing.Gateway.Telephony.Domains;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>A journal that outlives the lives of a gateway; every end goes through its line, as in a file.</summary>
internal sealed class MemoryJournal : ILegEndJournal
{
    private readonly List<byte[]> _lines = [];

    public int Count => _lines.Count;

    /// <summary>Lines ever written.</summary>
    public int Written { get; private set; }

    public IReadOnlyList<LegEnd> Read() => [.. _lines.Select(static line => LegEndLine.TryRead(line.AsSpan().Trim((byte)'\n'), out var end) ? end : throw new InvalidOperationException("unreadable"))];

    public bool TryWrite(LegEnd end)
    {
        Written++;
        _lines.Add(LegEndLine.Write(end));
        return true;
    }

    public void Clear(IReadOnlyList<LegEnd> rest)
    {
        _lines.Clear();
        _lines.AddRange(rest.Select(LegEndLine.Write));
    }

    public void Dispose()
    {
        // The disk stays.
    }
}
