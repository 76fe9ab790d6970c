using System.Globalization;
using System.Runtime.InteropServices;

namespace Routing.EndToEnd.Processes;

/// <summary>A real file system of a few megabytes (tmpfs), which a test can fill to the last byte.</summary>
internal sealed partial class SmallDisk : IDisposable
{
    private const int DetachFlag = 2;

    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Filler => Path.Combine(_folder, "filler");

    /// <summary>Makes a folder and mounts the disk there.</summary>
    public static SmallDisk Mount(string folder, int bytes)
    {
        Directory.CreateDirectory(folder);
        int result = MountFileSystem("none", folder, "tmpfs", 0, string.Create(CultureInfo.InvariantCulture, $"size={bytes}"));
        return result == 0 ? new SmallDisk(folder) : throw new IOException($"mount: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public void Fill()
    {
        using FileStream file = new(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // Full, which was wanted.
            return;
        }
    }

    public void Empty() => File.Delete(Filler);

    /// <summary>The folder is an ordinary one again; who has files of the disk open keeps them.</summary>
    public void Dispose() => _ = UnmountFileSystem(_folder, DetachFlag);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MountFileSystem(string source, string target, string type, nuint flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnmountFileSystem(string target, int flags);
}
