using System.Text;
using Routing.Contracts.Configuration;

namespace Routing.Grains.Configuration;

/// <summary>Cuts the text of a condition into words.</summary>
internal sealed class NeedLexer(string text)
{
    private int _at;

    public NeedToken Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        int start = _at;
        if (_at == text.Length)
        {
            return new NeedToken(NeedTokenKind.End, string.Empty, start + 1);
        }

        char first = text[_at];
        return first switch
        {
            '(' => Single(NeedTokenKind.Open),
            ')' => Single(NeedTokenKind.Close),
            '>' or '<' or '=' or '!' => Operator(),
            '\'' or '"' => Quoted(first),
            _ when NeedWord.IsWordLetter(first) => Word(),
            _ => Single(NeedTokenKind.Unknown),
        };
    }

    private NeedToken Single(NeedTokenKind kind)
    {
        _at++;
        return new NeedToken(kind, text.Substring(_at - 1, 1), _at);
    }

    private NeedToken Operator()
    {
        int start = _at;
        while (_at < text.Length && text[_at] is '>' or '<' or '=' or '!')
        {
            _at++;
        }

        string sign = text[start.._at];
        return new NeedToken(sign is ">=" or ">" or "<=" or "<" or "=" or "!=" ? NeedTokenKind.Operator : NeedTokenKind.Unknown, sign, start + 1);
    }

    /// <summary>Up to the same quote; two of them in a row are one of the text.</summary>
    private NeedToken Quoted(char quote)
    {
        int start = _at++;
        StringBuilder word = new();
        while (_at < text.Length)
        {
            if (text[_at] != quote)
            {
                word.Append(text[_at++]);
            }
            else if (_at + 1 < text.Length && text[_at + 1] == quote)
            {
                word.Append(quote);
                _at += 2;
            }
            else
            {
                _at++;
                return new NeedToken(NeedTokenKind.Word, word.ToString(), start + 1);
            }
        }

        return new NeedToken(NeedTokenKind.Unknown, text[start..], start + 1);
    }

    private NeedToken Word()
    {
        int start = _at;
        while (_at < text.Length && NeedWord.IsWordLetter(text[_at]))
        {
            _at++;
        }

        string word = text[start.._at];
        NeedTokenKind kind = word switch
        {
            _ when word.All(char.IsAsciiDigit) => NeedTokenKind.Number,
            _ when word.Equals("and", StringComparison.OrdinalIgnoreCase) => NeedTokenKind.And,
            _ when word.Equals("or", StringComparison.OrdinalIgnoreCase) => NeedTokenKind.Or,
            _ when word.Equals("not", StringComparison.OrdinalIgnoreCase) => NeedTokenKind.Not,
            _ => NeedTokenKind.Word,
        };
        return new NeedToken(kind, word, start + 1);
    }
}
