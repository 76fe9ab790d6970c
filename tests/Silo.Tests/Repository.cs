namespace Routing.Silo.Tests;

/// <summary>Files of this repository.</summary>
internal static class Repository
{
    public static string PathOf(string file)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Routing.sln")))
            {
                return Path.Combine(folder.FullName, file);
            }
        }

        throw new InvalidOperationException("Routing.sln is in no folder above " + AppContext.BaseDirectory);
    }

    public static string Read(string file) => File.ReadAllText(PathOf(file));
}
