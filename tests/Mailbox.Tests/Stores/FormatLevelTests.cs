using Routing.Contracts.Engine;
using Routing.Mailbox.Sqlite;
using Xunit;

namespace Routing.Mailbox.Tests.Stores;

/// <summary>The format level of a data folder: which release may open it, and what it may write.</summary>
public sealed class FormatLevelTests : IDisposable
{
    private const int Next = FormatLevel.First + 1;
    private readonly string _folder = Directory.CreateTempSubdirectory("mailbox-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Data_of_a_former_release_keep_their_level_until_they_are_raised_and_then_that_release_does_not_open_them()
    {
        Assert.Equal(FormatLevel.First, Open(FormatLevel.First));
        Assert.Equal(FormatLevel.First, Open(Next));
        Assert.Equal(FormatLevel.First, Open(FormatLevel.First));
        Assert.Equal(Next, Open(Next, raises: true));
        Assert.Equal(Next, Open(Next));
        DataFolderException refused = Assert.Throws<DataFolderException>(() => Open(FormatLevel.First, raises: true));
        Assert.Equal(StoreFailure.TooNew, refused.Failure);
        Assert.Contains("format level 2; this program knows 1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Next, Open(Next));
    }

    [Fact]
    public void New_data_begin_at_the_highest_level_and_an_older_file_at_the_first()
    {
        Assert.Equal(Next, Open(Next));
        File.Delete(Path.Combine(_folder, "mailbox.db"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Golden", "mailbox-v1.db"), Path.Combine(_folder, "mailbox.db"));
        Assert.Equal(FormatLevel.First, Open(Next));
        Assert.Equal(Next, Open(Next, raises: true));
    }

    [Fact]
    public void Programs_without_levels_see_a_version_above_theirs_in_data_of_a_higher_level()
    {
        Open(Next);
        using SqliteDatabase file = new(Path.Combine(_folder, "mailbox.db"), mayWrite: false);
        Assert.True(file.ReadInt64("PRAGMA user_version") > 2);
    }

    private int Open(int highest, bool raises = false)
    {
        using SqliteStore store = SqliteStore.Open(_folder, TimeProvider.System, new SqliteStoreOptions { HighestLevel = highest, RaisesLevel = raises });
        return store.Level;
    }
}
