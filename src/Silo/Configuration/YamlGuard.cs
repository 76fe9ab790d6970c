using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>
/// Looks at a text's events before its tree is built. The YAML library builds and hashes trees by recursion, which ends the process when a text nests deep enough, or has a key that
/// contains itself: a stack overflow cannot be caught, and a configuration also comes over REST. Nothing that a configuration can mean is refused.
/// A key that a mapping has twice is told with both places, and gets another name for the tree, which could not be built: the rest of the file is then looked at as well.
/// </summary>
internal sealed class YamlGuard
{
    /// <summary>Lists and mappings inside one another; a configuration has 7.</summary>
    public const int MaxDepth = 32;

    /// <summary>Nodes that aliases stand for, all together.</summary>
    public const int MaxAliasedNodesCount = 100_000;

    private readonly MistakeList _mistakes;
    private readonly Stack<Frame> _frames = new();
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly HashSet<long> _repeatedKeys = [];
    private long _eventsCount;
    private long _nodesCount;
    private long _aliasedCount;

    private YamlGuard(MistakeList mistakes) => _mistakes = mistakes;

    /// <summary>Reads a text's tree; null after telling what is wrong. Throws a <see cref="YamlException"/> where the text is no YAML.</summary>
    public static YamlStream? Read(string text, MistakeList mistakes)
    {
        YamlGuard guard = new(mistakes);
        Parser parser = new(new StringReader(text));
        while (parser.MoveNext())
        {
            if (parser.Current is { } at && !guard.Passes(at))
            {
                return null;
            }

            guard._eventsCount++;
        }

        YamlStream stream = new();
        stream.Load(new RepeatedKeys(new Parser(new StringReader(text)), guard._repeatedKeys));
        return stream;
    }

    private bool Passes(ParsingEvent at)
    {
        switch (at)
        {
            case AnchorAlias alias:
                return !IsKey(alias) && Follow(alias);
            case MappingStart or SequenceStart:
                return !IsKey(at) && Open((NodeEvent)at);
            case Scalar scalar:
                if (TakeKey())
                {
                    CompareKey(scalar);
                }

                _nodesCount++;
                Keep(scalar.Anchor, 1);
                return true;
            case MappingEnd or SequenceEnd:
                Frame frame = _frames.Pop();
                Keep(frame.Anchor, _nodesCount - frame.NodesBefore);
                return true;
            default:
                return true;
        }
    }

    private void CompareKey(Scalar key)
    {
        Dictionary<string, Mark> keys = _frames.Peek().Keys;
        if (!keys.TryAdd(key.Value, key.Start))
        {
            _repeatedKeys.Add(_eventsCount);
            _mistakes.Add(key.Start, $"the key '{key.Value}' is there twice (also at {_mistakes.PlaceText(keys[key.Value])})", "remove one of them; what both say belongs under one key");
        }
    }

    private bool Open(NodeEvent node)
    {
        if (_frames.Count == MaxDepth)
        {
            _mistakes.Add(node.Start, $"has more than {MaxDepth} lists and mappings inside one another", "write it flatter");
            return false;
        }

        if (!node.Anchor.IsEmpty)
        {
            // Until it ends nothing may stand for it: it would contain itself.
            _sizes.Remove(node.Anchor.Value);
        }

        _frames.Push(new Frame(node is MappingStart, node.Anchor, _nodesCount++));
        return true;
    }

    private bool Follow(AnchorAlias alias)
    {
        if (!_sizes.TryGetValue(alias.Value.Value, out long size))
        {
            // Not with its name: a password that begins with * and stands without quotes is read as one.
            _mistakes.Add(alias.Start, "an alias (*…) stands for nothing that ended before it", "put a text that begins with * in quotes; or give what the alias repeats its name, &…, further up");
            return false;
        }

        _nodesCount += size;
        _aliasedCount += size;
        if (_aliasedCount > MaxAliasedNodesCount)
        {
            _mistakes.Add(alias.Start, $"aliases such as '*{alias.Value.Value}' stand for more than {MaxAliasedNodesCount} values", "write it without them; big sets of agents as a range: agent[1-2000]");
            return false;
        }

        return true;
    }

    /// <summary>Whether it stands where a mapping has its keys, which are texts.</summary>
    private bool IsKey(ParsingEvent at)
    {
        if (!TakeKey())
        {
            return false;
        }

        _mistakes.Add(at.Start, "a key must be a text", "write it as 'key: value'");
        return true;
    }

    /// <summary>In a mapping key and value take turns.</summary>
    private bool TakeKey()
    {
        if (_frames.Count == 0 || !_frames.Peek().IsMapping)
        {
            return false;
        }

        Frame frame = _frames.Peek();
        frame.IsValueNext = !frame.IsValueNext;
        return frame.IsValueNext;
    }

    private void Keep(AnchorName anchor, long size)
    {
        if (!anchor.IsEmpty)
        {
            _sizes[anchor.Value] = size;
        }
    }

    private sealed class Frame(bool isMapping, AnchorName anchor, long nodesBefore)
    {
        public bool IsMapping { get; } = isMapping;

        public Dictionary<string, Mark> Keys { get => field ??= new(StringComparer.Ordinal); } = null!;

        public AnchorName Anchor { get; } = anchor;

        public long NodesBefore { get; } = nodesBefore;

        public bool IsValueNext { get; set; }
    }
}
