namespace Routing.Mailbox.Sqlite;

/// <summary>The data folder cannot be used at all: a mistake of whoever started the program, told in one line (exit code 2).</summary>
public sealed class DataFolderException(StoreFailure failure, string message, Exception? inner = null) : StoreException(failure, message, inner);
