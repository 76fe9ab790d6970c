using System.Globalization;
using Routing.Contracts.Configuration;

namespace Routing.Grains.Configuration;

/// <summary>
/// Reads the text of a condition: <c>support >= 3 and (english >= 5 or french >= 5) and site = paris and not (team = trainees)</c>.
/// <para>
/// or-list: and-list { "or" and-list }. and-list: part { "and" part }. part: "not" part, "(" or-list ")", or a comparison. A comparison of a name with digits is one of a
/// skill's level; with a word, in quotes when it has spaces, one of an attribute or of "team". So it is said by the text alone what is meant, and what does not exist
/// is told as what it was meant to be.
/// </para>
/// Stops at the first mistake: what follows one can hardly be judged. The depth is limited, so that no text can make the program recurse without end.
/// </summary>
public sealed class NeedParser
{
    public const int MaxTextLengthChars = 2_000;

    public const int MaxComparisonsCount = 64;

    /// <summary>Parentheses and negations inside one another.</summary>
    public const int MaxDepth = 8;

    private readonly NeedLexer _lexer;
    private readonly List<NamePlace> _names = [];
    private NeedToken _token;
    private NeedMistake? _mistake;

    private NeedParser(string text)
    {
        _lexer = new NeedLexer(text);
        _token = _lexer.Next();
    }

    public static ParsedNeeds Parse(string text)
    {
        if (text.Length > MaxTextLengthChars)
        {
            return new ParsedNeeds(null, [], new NeedMistake(MaxTextLengthChars + 1, $"the needs have more than {MaxTextLengthChars} characters", "split the queue, or give agents a team or an attribute that says the same"));
        }

        NeedParser parser = new(text);
        NeedExpression? expression = parser.OrList(0);
        if (parser._mistake is null && parser._token.Kind != NeedTokenKind.End)
        {
            parser.Fail(parser._token.Kind == NeedTokenKind.Close ? "there is no '(' for this ')'" : $"{parser._token.Shown} is not expected here", WordMeant(parser._token) is { } word ? $"write '{word}'" : "write 'and' or 'or' between two comparisons");
        }

        return parser._mistake is { } mistake ? new ParsedNeeds(null, parser._names, mistake) : new ParsedNeeds(expression, parser._names, null);
    }

    private NeedExpression? OrList(int depth)
    {
        List<NeedExpression> parts = [];
        do
        {
            if (AndList(depth) is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }
        while (Take(NeedTokenKind.Or));

        return parts.Count == 1 ? parts[0] : new AnyNeeds(parts);
    }

    private NeedExpression? AndList(int depth)
    {
        List<NeedExpression> parts = [];
        do
        {
            if (Part(depth) is not { } part)
            {
                return null;
            }

            parts.Add(part);
        }
        while (Take(NeedTokenKind.And));

        return parts.Count == 1 ? parts[0] : new AllNeeds(parts);
    }

    private NeedExpression? Part(int depth)
    {
        if (depth == MaxDepth && _token.Kind is NeedTokenKind.Not or NeedTokenKind.Open)
        {
            return Fail($"there are more than {MaxDepth} parentheses and negations inside one another", "write it flatter");
        }

        if (Take(NeedTokenKind.Not))
        {
            return Part(depth + 1) is { } negated ? new NotNeed(negated) : null;
        }

        if (!Take(NeedTokenKind.Open))
        {
            return Comparison();
        }

        NeedExpression? inner = OrList(depth + 1);
        return inner is null || Take(NeedTokenKind.Close) ? inner : Fail($"{_token.Shown} is not expected here", WordMeant(_token) is { } word ? $"write '{word}'" : "write ')', 'and' or 'or'");
    }

    private NeedExpression? Comparison()
    {
        NeedToken name = _token;
        if (!Take(NeedTokenKind.Word))
        {
            return Fail(
                _token.Kind == NeedTokenKind.Unknown && _token.Text[0] is '\'' or '"' ? "the quote does not end" : $"{_token.Shown} is no name",
                "expected a skill, an attribute or team, as in support >= 3 or site = paris; or 'not' or '('");
        }

        if (_names.Count == MaxComparisonsCount)
        {
            return Fail($"there are more than {MaxComparisonsCount} comparisons", "split the queue, or give agents a team or an attribute that says the same", name.Column);
        }

        _names.Add(new NamePlace(name.Text, name.Column));
        NeedToken sign = _token;
        if (!Take(NeedTokenKind.Operator))
        {
            return Fail($"{_token.Shown} after '{name.Text}' is no comparison", SignMeant(_token) is { } meant ? $"did you mean '{meant}'?" : $"expected >=, >, <=, <, = or !=, as in {name.Text} >= 1");
        }

        NeedToken value = _token;
        if (Take(NeedTokenKind.Number))
        {
            return int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int level) && level <= ConfigurationCheck.MaxLevel
                ? new SkillNeed(name.Text, OperatorOf(sign.Text), level)
                : Fail($"{value.Text} is no level", $"levels are from 0, which is to lack the skill, to {ConfigurationCheck.MaxLevel}; write '{value.Text}' in quotes if it is the value of an attribute", value.Column);
        }

        if (!Take(NeedTokenKind.Word))
        {
            return Fail($"{_token.Shown} is no value", $"expected a level from 0 to {ConfigurationCheck.MaxLevel} or a word; write it in quotes when it has spaces or other signs");
        }

        return sign.Text is "=" or "!="
            ? new AttributeNeed(name.Text, value.Text, IsNot: sign.Text == "!=")
            : Fail($"words cannot be compared with '{sign.Text}'", $"expected = or !=, or a level from 0 to {ConfigurationCheck.MaxLevel} after it", sign.Column);
    }

    /// <summary>The sign of which another language's was written.</summary>
    private static string? SignMeant(NeedToken token) => token.Text switch
    {
        "=>" => ">=",
        "=<" => "<=",
        "==" or ":" => "=",
        "<>" or "=!" or "!==" => "!=",
        _ => null,
    };

    private static string? WordMeant(NeedToken token) => token.Text switch
    {
        "&" or "&&" => "and",
        "|" or "||" => "or",
        "," => "and",
        _ => null,
    };

    private bool Take(NeedTokenKind kind)
    {
        if (_token.Kind != kind)
        {
            return false;
        }

        _token = _lexer.Next();
        return true;
    }

    private NeedExpression? Fail(string text, string remedy, int? column = null)
    {
        _mistake ??= new NeedMistake(column ?? _token.Column, text, remedy);
        return null;
    }

    private static SkillOperator OperatorOf(string sign) => sign switch
    {
        ">=" => SkillOperator.AtLeast,
        ">" => SkillOperator.MoreThan,
        "<=" => SkillOperator.AtMost,
        "<" => SkillOperator.LessThan,
        "=" => SkillOperator.Equal,
        _ => SkillOperator.NotEqual,
    };
}
