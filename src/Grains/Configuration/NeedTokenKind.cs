namespace Routing.Grains.Configuration;

/// <summary>Kinds of words in the text of a condition.</summary>
internal enum NeedTokenKind
{
    End,

    /// <summary>A name or a value, plain or in quotes.</summary>
    Word,

    /// <summary>Digits without quotes: a level.</summary>
    Number,

    /// <summary>&gt;= &gt; &lt;= &lt; = or !=.</summary>
    Operator,

    And,
    Or,
    Not,
    Open,
    Close,

    /// <summary>No part of the language.</summary>
    Unknown,
}
