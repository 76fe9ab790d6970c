using Routing.Mailbox;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Sqlite;

namespace Routing.Silo.Hosting;

/// <summary>Opens the store that the user chose, or says in one line why not.</summary>
internal static class StoreOpening
{
    /// <exception cref="StartupException">The store cannot be used.</exception>
    public static (IMailboxStore Store, string Name) Open(SiloSettings settings)
    {
        try
        {
            if (settings.Store.Postgres is not { } connection)
            {
                return (SqliteStore.Open(settings.DataFolder, TimeProvider.System, new SqliteStoreOptions { RaisesLevel = settings.RaisesLevel }), settings.DataFolder);
            }

            PostgresStore store = PostgresStore.Open(connection, TimeProvider.System);
            if (settings.RaisesLevel && settings.Role == ProcessRole.All)
            {
                // Alone on its data: there is nobody to wait for. Silos do it once they have joined.
                new PostgresCluster(store).Upgrade(null);
            }

            foreach (string advice in store.Advice)
            {
                Console.Error.WriteLine($"routing: store: warning: {advice}");
            }

            MakeFolder(settings.DataFolder);
            return (store, "PostgreSQL database " + store.Name);
        }
        catch (StoreException error)
        {
            string remedy = settings.Store.Postgres is null ? "; choose a folder with --data DIR" : "";
            throw new StartupException($"{(settings.Store.Postgres is null ? "data" : "store")}: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}{remedy}", error);
        }
    }

    /// <summary>The embedded store makes it itself; the gateway keeps its identity there with any store.</summary>
    private static void MakeFolder(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"data: folder {folder} cannot be made: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}; choose another with --data DIR", error);
        }
    }
}
