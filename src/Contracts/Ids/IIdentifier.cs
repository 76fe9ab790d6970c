namespace Routing.Contracts.Ids;

/// <summary>A typed identifier: a string of 1 to <see cref="Identifier.MaxLengthChars"/> characters, compared ordinally.</summary>
public interface IIdentifier<TSelf>
    where TSelf : struct, IIdentifier<TSelf>
{
    string Value { get; }

    /// <summary>Wraps a string; throws <see cref="FormatException"/> when <see cref="Identifier.IsValid"/> refuses it.</summary>
    static abstract TSelf Of(string value);
}
