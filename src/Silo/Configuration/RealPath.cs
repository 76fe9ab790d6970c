namespace Routing.Silo.Configuration;

/// <summary>Where a path leads when every link on the way is followed, those of folders too, which <see cref="FileSystemInfo.ResolveLinkTarget"/> does not.</summary>
internal static class RealPath
{
    /// <summary>As many as the kernel follows.</summary>
    public const int MaxLinksCount = 40;

    /// <summary>The absolute path without links, "." and "..". What is not there is taken as it is written.</summary>
    /// <exception cref="IOException">More links than <see cref="MaxLinksCount"/>: they lead round in a circle.</exception>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        string root = Path.GetPathRoot(full)!;
        string real = root;
        Stack<string> rest = new();
        Push(full[root.Length..], rest);
        int links = 0;
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? root;
                continue;
            }

            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinksCount)
            {
                throw new IOException($"more than {MaxLinksCount} links, one after another");
            }

            if (Path.IsPathRooted(target))
            {
                real = root;
                target = target[Path.GetPathRoot(target)!.Length..];
            }

            Push(target, rest);
        }

        return real;
    }

    /// <summary>Whether a real path is in a real folder, at any depth.</summary>
    public static bool IsIn(string path, string folder) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static void Push(string path, Stack<string> parts)
    {
        string[] names = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in names.Where(static name => name != ".").Reverse())
        {
            parts.Push(name);
        }
    }
}
