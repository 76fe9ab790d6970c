using System.Runtime.InteropServices;

namespace Routing.Mailbox.Sqlite;

/// <summary>What makes files durable besides writing them.</summary>
internal static class DurableFiles
{
    private const int PieceBytes = 1 << 20;

    /// <summary>EINVAL: a file system that cannot sync folders.</summary>
    private const int InvalidArgument = 22;

    /// <summary>
    /// Writes zeros to the end of a file until it has a size, and syncs it. A sync after writing into a file that is there costs about half of one that also makes
    /// it longer. Gives up silently, and leaves the file as it was, when the disk has no room: what is left of it is for what must be stored.
    /// </summary>
    public static void Grow(string path, long bytes)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            long before = file.Length;
            try
            {
                byte[] zeros = new byte[PieceBytes];
                file.Seek(0, SeekOrigin.End);
                for (long left = bytes - before; left > 0; left -= PieceBytes)
                {
                    file.Write(zeros, 0, (int)Math.Min(left, PieceBytes));
                }
            }
            catch (IOException)
            {
                file.SetLength(before);
            }

            file.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Only speed is lost. Whether anything can be written at all is for the commits to find out.
            return;
        }
    }

    /// <summary>Makes the names in a folder durable (fsync of the directory, POSIX): without it a new file may be gone after a power failure, with all that was synced to it.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = NativeMethods.Open(folder, 0);
        int error = descriptor >= 0 && NativeMethods.Sync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = NativeMethods.Close(descriptor);
        }

        if (error is not 0 and not InvalidArgument)
        {
            throw new IOException($"cannot sync folder {folder}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    /// <summary>Makes a folder and those above it that are missing, durably.</summary>
    public static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        string? above = Path.GetDirectoryName(folder);
        if (above is not null)
        {
            MakeFolder(above);
        }

        // For its owner only: rows hold digests that are as good as passwords. A folder that is there already keeps the rights that it was given.
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (above is not null)
        {
            SyncFolder(above);
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Sync(int descriptor);

        [DllImport("libc", EntryPoint = "close")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int descriptor);
    }
}
