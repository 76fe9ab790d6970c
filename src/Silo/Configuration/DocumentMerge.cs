using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>Makes one document of several: lists of the same key are joined in the order of the files, everything else may be given once.</summary>
internal static class DocumentMerge
{
    /// <param name="documents">At least one. The first one becomes the whole.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    public static YamlNode Merge(IReadOnlyList<YamlNode> documents, MistakeList mistakes)
    {
        YamlNode whole = documents[0];
        foreach (YamlNode document in documents.Skip(1))
        {
            if (whole is YamlMappingNode into && document is YamlMappingNode from)
            {
                Merge(into, from, mistakes);
            }
            else
            {
                mistakes.Add((document is YamlMappingNode ? whole : document).Start, "a file of a domain must be a mapping", "write it as 'key: value' lines, for example 'queues:' and a list below");
                whole = whole is YamlMappingNode ? whole : document;
            }
        }

        return whole;
    }

    private static void Merge(YamlMappingNode into, YamlMappingNode from, MistakeList mistakes)
    {
        foreach ((YamlNode key, YamlNode value) in from.Children)
        {
            if (key is YamlScalarNode { Value: { } name } && RepeatedKeys.Is(name))
            {
                continue;
            }

            if (!into.Children.TryGetValue(key, out YamlNode? known))
            {
                into.Add(key, value);
            }
            else if (known is YamlSequenceNode list && value is YamlSequenceNode more)
            {
                foreach (YamlNode entry in more)
                {
                    list.Add(entry);
                }
            }
            else
            {
                Mark first = into.Children.First(pair => pair.Key.Equals(key)).Key.Start;
                mistakes.Add(key.Start, $"'{key}' is there already, at {mistakes.PlaceText(first)}", "only lists may be spread over files; remove one of the two");
            }
        }
    }
}
