using System.Globalization;

namespace Routing.Mailbox.Sqlite;

/// <summary>An exclusive lock of the operating system on a data folder: gone with the process, however that ends.</summary>
internal sealed class DataFolderLock : IDisposable
{
    private const string FileName = "lock";

    /// <summary>Beside the lock, which nobody else can open while it is held.</summary>
    private const string OwnerFileName = "lock.owner";

    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <exception cref="DataFolderException">Another process holds it, or the folder takes no files.</exception>
    public static DataFolderLock Take(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            Directory.CreateDirectory(folder);
            FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(Path.Combine(folder, OwnerFileName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataFolderLock(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new DataFolderException(StoreFailure.ReadOnly, $"data folder {folder} cannot be written: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw File.Exists(path)
                ? new DataFolderException(StoreFailure.Busy, $"data folder {folder} is in use by process {Owner(folder)}", exception)
                : new DataFolderException(StoreFailure.Io, $"data folder {folder} cannot be used: {exception.Message}", exception);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Owner(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, OwnerFileName)).Trim();
        }
        catch (IOException)
        {
            return "unknown";
        }
        catch (UnauthorizedAccessException)
        {
            return "unknown";
        }
    }
}
