using System.Globalization;
using System.Runtime.CompilerServices;

namespace Routing.Simulation.Checking;

/// <summary>What a rule says when it is broken. Composed only then: rules are asked millions of times and broken hardly ever.</summary>
[InterpolatedStringHandler]
internal ref struct FailureMessage
{
    private readonly string? _plain;
    private DefaultInterpolatedStringHandler _text;

    private FailureMessage(string plain) => _plain = plain;

    public FailureMessage(int literalLength, int formattedCount, bool holds, out bool isWanted)
    {
        isWanted = !holds;
        _text = holds ? default : new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>The text; can be taken once.</summary>
    public string Take() => _plain ?? _text.ToStringAndClear();

    public static implicit operator FailureMessage(string plain) => new(plain);
}
