using System.Security.Cryptography;

namespace Routing.Mailbox.Sqlite;

/// <summary>
/// The name of a data folder's history (<see cref="IMailboxStore.History"/>), in a file beside the data. A new one is made when the file is not there, and when the data is older than the
/// signs of life beside it: then somebody put an older copy in its place. A whole folder that was brought back brings its name along: whoever does that deletes the file.
/// </summary>
internal static class DataHistory
{
    private const string FileName = "history";
    private const int NameBytes = 8;

    public static string Read(string folder, bool isOlderCopy)
    {
        string file = Path.Combine(folder, FileName);
        if (!isOlderCopy && File.Exists(file) && File.ReadAllText(file).Trim() is { Length: 2 * NameBytes } known)
        {
            return known;
        }

        string made = Convert.ToHexString(RandomNumberGenerator.GetBytes(NameBytes));
        File.WriteAllText(file + ".new", made + "\n");
        File.Move(file + ".new", file, overwrite: true);
        DurableFiles.SyncFolder(folder);
        return made;
    }
}
