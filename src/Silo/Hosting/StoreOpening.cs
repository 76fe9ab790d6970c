using Routing.Mailbox;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Sqlite;

namespace Routing.Silo.Hosting;

/// <summary>Opens the store that the user chose, or says in one line why not.</summary>
internal static class StoreOpening
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A server that is away is waited for: nobody else would start a process again that ended for it in the night.</summary>
    /// <exception cref="StartupException">The store cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The process was asked to end.</exception>
    public static async Task<(IMailboxStore Store, string Name)> OpenAsync(SiloSettings settings, IConfiguration sources, EndRequest end)
    {
        await using StartWait wait = new(settings, sources, end);
        while (true)
        {
            try
            {
                // A name service or a server that hangs must not hold up the end of the process.
                return await Task.Run(() => Open(settings), end.Asked).WaitAsync(end.Asked);
            }
            catch (PostgresStoreException error) when (error.IsPassing)
            {
                await wait.TellAsync("Waiting for the database: " + error.Message.ReplaceLineEndings(" ").TrimEnd('.'));
            }

            await Task.Delay(Pause, TimeProvider.System, end.Asked);
        }
    }

    /// <summary>What is to be told of a store that failed during the start.</summary>
    public static StartupException Failure(StoreException error, string setting = "store", string remedy = "") =>
        new($"{setting}: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}{remedy}", error) { ExitCode = error.IsPassing ? ExitCodes.Failed : ExitCodes.Refused };

    private static (IMailboxStore Store, string Name) Open(SiloSettings settings)
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
        catch (StoreException error) when (!error.IsPassing)
        {
            throw settings.Store.Postgres is null ? Failure(error, "data", "; choose a folder with --data DIR") : Failure(error);
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
