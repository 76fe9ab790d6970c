namespace Routing.Contracts.Commands;

/// <summary>A header of the INVITE that rules of the domain look at.</summary>
/// <param name="Name">As the configuration writes it.</param>
/// <param name="Value">Of its first line, at most <see cref="MaxLengthChars"/> characters of it.</param>
public sealed record SipHeaderValue(string Name, string Value)
{
    /// <summary>Longer than any value that a rule may ask for, so that a value cut here fits none by accident.</summary>
    public const int MaxLengthChars = 256;
}
