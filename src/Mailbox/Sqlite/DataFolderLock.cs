using System.Globalization;

namespace Routing.Mailbox.Sqlite;

/// <summary>An exclusive lock of the operating system on a data folder: gone with the process, however that ends.</summary>
internal sealed class DataFolderLock : IDisposable
{
    private const string FileName = "lock";

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
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new DataFolderLock(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new DataFolderException(StoreFailure.ReadOnly, $"data folder {folder} cannot be written: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw Holder(path) is { } holder
                ? new DataFolderException(StoreFailure.Busy, $"data folder {folder} is in use by process {holder}", exception)
                : new DataFolderException(StoreFailure.Io, $"data folder {folder} cannot be used: {exception.Message}", exception);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The process id written by the holder. Opened with full sharing, which takes no lock of its own.</summary>
    private static string? Holder(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(file);
            string text = reader.ReadToEnd().Trim();
            return text.Length > 0 ? text : "unknown";
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
