using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>A text's events, in which each key that its mapping has already is marked and numbered: the YAML library builds no mapping with a key twice.</summary>
/// <param name="events">All of the text.</param>
/// <param name="repeated">Places of such keys among the events.</param>
internal sealed class RepeatedKeys(IParser events, IReadOnlySet<long> repeated) : IParser
{
    /// <summary>What no key of a file has in it, since YAML allows it nowhere.</summary>
    private const char Mark = '\0';

    private long _number = -1;

    public ParsingEvent? Current => events.Current is Scalar key && repeated.Contains(_number)
        ? new Scalar(key.Anchor, key.Tag, $"{key.Value}{Mark}{_number}", key.Style, key.IsPlainImplicit, key.IsQuotedImplicit, key.Start, key.End)
        : events.Current;

    public bool MoveNext()
    {
        _number++;
        return events.MoveNext();
    }

    /// <summary>Whether a key is one of these: that it is there twice was told, and its value is not read.</summary>
    public static bool Is(string key) => key.Contains(Mark, StringComparison.Ordinal);

    /// <summary>Of a domain, lists that are there twice are read as one: what refers to an entry of the second finds it.</summary>
    public static void Join(YamlNode document)
    {
        if (document is not YamlMappingNode mapping)
        {
            return;
        }

        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            if (key is YamlScalarNode { Value: { } name } && name.IndexOf(Mark, StringComparison.Ordinal) is > 0 and int length && value is YamlSequenceNode more
                && mapping.Children.TryGetValue(new YamlScalarNode(name[..length]), out YamlNode? first) && first is YamlSequenceNode list)
            {
                foreach (YamlNode entry in more)
                {
                    list.Add(entry);
                }
            }
        }
    }
}
