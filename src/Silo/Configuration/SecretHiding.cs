using System.Text;
using Routing.Gateway.Api.Configuration;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>
/// Takes the secrets out of a configuration's text, so that it can be kept with its comments: each password, key and digest becomes <see cref="Hidden"/>, in comments too. A text in
/// which one would be left (a password that is an agent's name) is not kept at all. The reader refuses <see cref="Hidden"/> as a secret.
/// </summary>
internal static class SecretHiding
{
    public const string Hidden = "(hidden)";

    private static readonly string[] AgentSecrets = ["password", "ha1Md5", "ha1Sha256"];
    private static readonly string[] KeySecrets = ["key", "sha256"];

    /// <summary>The files without secrets, those of each other too; null when that cannot be.</summary>
    public static ConfigurationFile[]? Hide(IReadOnlyList<ConfigurationFile> files)
    {
        try
        {
            List<YamlScalarNode>[] secrets = [.. files.Select(static file => SecretsIn(file.Text))];
            string[] values = [.. secrets.SelectMany(static nodes => nodes).Select(static node => node.Value!).Where(static value => value.Length > 0).Distinct(StringComparer.Ordinal)];
            ConfigurationFile[] hidden = [.. files.Zip(secrets, (file, nodes) => file with { Text = Replace(file.Text, nodes, values) })];
            bool isLeft = hidden.Zip(secrets).Any(pair => Array.Exists(values, value => pair.First.Text.Contains(value, StringComparison.Ordinal)) || !IsStillRead(pair.First.Text, pair.Second.Count));
            return isLeft ? null : hidden;
        }
        catch (YamlException)
        {
            return null;
        }
    }

    private static List<YamlScalarNode> SecretsIn(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.SelectMany(static document => SecretsOf(document.RootNode))];
    }

    private static IEnumerable<YamlScalarNode> SecretsOf(YamlNode root) => [.. In(root, "agents", AgentSecrets), .. In(root, "apiKeys", KeySecrets)];

    private static IEnumerable<YamlScalarNode> In(YamlNode root, string list, string[] keys) =>
        root is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(list), out YamlNode? found) && found is YamlSequenceNode entries
            ? entries.OfType<YamlMappingNode>()
                .SelectMany(static entry => entry.Children)
                .Where(pair => pair.Key is YamlScalarNode { Value: { } key } && keys.Contains(key, StringComparer.Ordinal))
                .Select(static pair => pair.Value)
                .OfType<YamlScalarNode>()
                .Where(static value => value.Value is not null)
            : [];

    private static string Replace(string text, List<YamlScalarNode> secrets, string[] values)
    {
        List<(int Start, int End, string With)> parts = [.. secrets.Select(node => ((int)node.Start.Index, (int)node.End.Index, $"\"{Hidden}\"")).Distinct()];
        var scanner = new Scanner(new StringReader(text), skipComments: false);
        while (scanner.MoveNext())
        {
            if (scanner.Current is Comment comment && Array.Exists(values, value => comment.Value.Contains(value, StringComparison.Ordinal)))
            {
                string hidden = values.OrderByDescending(static value => value.Length).Aggregate(comment.Value, static (rest, value) => rest.Replace(value, Hidden, StringComparison.Ordinal));
                parts.Add(((int)comment.Start.Index, (int)comment.End.Index, "# " + hidden.TrimStart()));
            }
        }

        var result = new StringBuilder(text);
        foreach ((int start, int end, string with) in parts.OrderByDescending(static part => part.Start))
        {
            // A block text reaches to the next word.
            int length = text.AsSpan(start, end - start).TrimEnd().Length;
            result.Remove(start, length).Insert(start, with);
        }

        return result.ToString();
    }

    private static bool IsStillRead(string text, int secretsCount)
    {
        List<YamlScalarNode> secrets = SecretsIn(text);
        return secrets.Count == secretsCount && secrets.TrueForAll(static node => node.Value == Hidden);
    }
}
