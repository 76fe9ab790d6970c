using System.Runtime.InteropServices;
using SQLitePCL;

namespace Routing.Mailbox.Sqlite;

/// <summary>sqlite3_file_control (https://sqlite.org/c3ref/file_control.html), which the package does not wrap.</summary>
internal static class SqliteFileControl
{
    /// <summary>SQLITE_FCNTL_HAS_MOVED (https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).</summary>
    private const int HasMovedCode = 20;

    /// <summary>
    /// Whether the name of an open database no longer leads to the file that is open: deleted, moved away, or another file put in its place (the inode is compared). One stat.
    /// Always false where the operating system does not let that happen (Windows).
    /// </summary>
    public static bool HasMoved(sqlite3 database)
    {
        int moved = 0;
        return NativeMethods.FileControl(database, 0, HasMovedCode, ref moved) == raw.SQLITE_OK && moved != 0;
    }

    private static class NativeMethods
    {
        [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int FileControl(sqlite3 database, nint schema, int code, ref int value);
    }
}
