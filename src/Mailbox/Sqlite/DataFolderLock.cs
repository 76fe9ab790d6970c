using System.Globalization;

namespace Routing.Mailbox.Sqlite;

/// <summary>An exclusive lock of the operating system on a data folder: gone with the process, however that ends.</summary>
public sealed class DataFolderLock : IDisposable
{
    private const string FileName = "lock";

    /// <summary>Beside the lock, which nobody else can open while it is held.</summary>
    private const string OwnerFileName = "lock.owner";

    /// <summary>How each system says, as HResult, that somebody else holds the lock: EWOULDBLOCK twice, ERROR_SHARING_VIOLATION.</summary>
    private const int WouldBlockLinux = 11;
    private const int WouldBlockMac = 35;
    private const int SharingViolationWindows = unchecked((int)0x80070020);

    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <exception cref="DataFolderException">Another process holds it, or the folder takes no files.</exception>
    public static DataFolderLock Take(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            DurableFiles.MakeFolder(folder);
            DataFolderLock taken = new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            taken.WriteOwner(folder);
            return taken;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new DataFolderException(StoreFailure.ReadOnly, $"folder {folder} cannot be written: {exception.Message.TrimEnd('.')}", exception);
        }
        catch (IOException exception)
        {
            throw exception.HResult is WouldBlockLinux or WouldBlockMac or SharingViolationWindows
                ? new DataFolderException(StoreFailure.Busy, $"folder {folder} is in use by process {Owner(folder)}", exception)
                : new DataFolderException(StoreFailure.Io, File.Exists(folder) ? $"{folder} is a file and no folder" : $"folder {folder} cannot be made or used: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    public void Dispose() => _file.Dispose();

    private void WriteOwner(string folder)
    {
        try
        {
            File.WriteAllText(Path.Combine(folder, OwnerFileName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

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
