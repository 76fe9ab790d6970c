using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>A domain in a folder of files.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_merged_in_the_ordinal_order_of_their_names_and_lists_are_joined()
    {
        Write("20-more.yml", "agents: [ { id: bob, password: long-enough } ]\nqueues: [ { id: q2 } ]\n");
        Write("10-base.yaml", "domain: d\nrealm: r\nagents:\n  - { id: ann, password: long-enough }\n");
        Write("B.yaml", "queues: [ { id: q1 } ]\n");
        Write("empty.yaml", "# nothing yet\n");
        Write(".hidden.yaml", "domain: other\n");
        Write("notes.txt", "domain: other\n");

        ConfigurationResult result = ConfigurationLoader.LoadFile(_folder.Path);

        Assert.Empty(result.Mistakes);
        Assert.Equal(["ann", "bob"], result.Configuration!.Agents.Select(agent => agent.Id.Value));
        Assert.Equal(["q2", "q1"], result.Configuration.Queues.Select(queue => queue.Id.Value));
        Assert.Equal("r", result.Configuration.Realm);
        Assert.Equal(["10-base.yaml", "20-more.yml", "B.yaml", "empty.yaml"], result.Files.Select(file => Path.GetFileName(file.Name)));
    }

    [Fact]
    public void A_value_that_is_given_twice_is_told_with_both_places()
    {
        string first = Write("a.yaml", "domain: d\nrealm: one\n");
        string second = Write("b.yaml", "# two\n\nrealm: two\nqueues: []\n");

        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.LoadFile(_folder.Path).Mistakes);

        Assert.StartsWith($"{second}:3:1: 'realm' is there already, at {first}:2:1; ", mistake.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_is_there_twice_is_told_with_both_places()
    {
        string first = Write("a.yaml", "domain: d\nqueues:\n  - { id: q }\n");
        string second = Write("b.yaml", "queues:\n\n  - { id: q }\n");

        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.LoadFile(_folder.Path).Mistakes);

        Assert.StartsWith($"{second}:3:11: ", mistake.ToString(), StringComparison.Ordinal);
        Assert.Contains($"is there twice (also at {first}:3:11)", mistake.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_of_every_file_are_told_in_the_order_of_the_files_with_their_own_lines()
    {
        string first = Write("a.yaml", "domain: d\r\nqueues:\r\n  - id: q\r\n    wrapUp: soon\r\n");
        string second = Write("b.yaml", "agents:\n  - { id: ann, pasword: x }\n");
        string third = Write("c.yaml", "numbers:\n  - { number: 1, queue: nowhere }\n");

        string[] mistakes = [.. ConfigurationLoader.LoadFile(_folder.Path).Mistakes.Select(mistake => mistake.ToString())];

        Assert.Contains(mistakes, mistake => mistake.StartsWith($"{first}:4:13: ", StringComparison.Ordinal));
        Assert.Contains(mistakes, mistake => mistake.StartsWith($"{second}:2:16: unknown key 'pasword'", StringComparison.Ordinal));
        Assert.StartsWith($"{third}:2:25: ", mistakes[^1], StringComparison.Ordinal);
    }

    /// <summary>As volumes of containers are mounted: each file is a link to a link of a folder.</summary>
    [Fact]
    public void Links_inside_the_folder_are_followed_also_when_the_folder_itself_is_a_link()
    {
        Directory.CreateDirectory(_folder.PathOf("conf/..2026"));
        Write("conf/..2026/a.yaml", "domain: linked\n");
        File.CreateSymbolicLink(_folder.PathOf("conf/..data"), "..2026");
        File.CreateSymbolicLink(_folder.PathOf("conf/a.yaml"), "..data/a.yaml");
        Directory.CreateSymbolicLink(_folder.PathOf("current"), _folder.PathOf("conf"));

        Assert.Equal("linked", ConfigurationLoader.LoadFile(_folder.PathOf("conf")).Configuration!.Domain.Value);
        Assert.Equal("linked", ConfigurationLoader.LoadFile(_folder.PathOf("current")).Configuration!.Domain.Value);
    }

    [Theory]
    [InlineData("secret.yaml", "../secret.yaml")]
    [InlineData("secret.yaml", "{0}/secret.yaml")]
    [InlineData("secret.yaml", "inner/../../secret.yaml")]
    [InlineData("secret.yaml", "out/secret.yaml")]
    [InlineData("zero.yaml", "/dev/zero")]
    public void A_link_that_leads_out_of_the_folder_is_refused_and_nothing_behind_it_is_told(string name, string target)
    {
        Directory.CreateDirectory(_folder.PathOf("conf/inner"));
        Directory.CreateDirectory(_folder.PathOf("conf-2"));
        Write("secret.yaml", "root:x:0:0\n");
        Write("conf-2/secret.yaml", "root:x:0:0\n");
        Write("conf/a.yaml", "domain: d\n");
        Directory.CreateSymbolicLink(_folder.PathOf("conf/out"), "../conf-2");
        File.CreateSymbolicLink(_folder.PathOf("conf/" + name), string.Format(System.Globalization.CultureInfo.InvariantCulture, target, _folder.Path));

        ConfigurationResult result = ConfigurationLoader.LoadFile(_folder.PathOf("conf"));

        Assert.Null(result.Configuration);
        string mistake = Assert.Single(result.Mistakes).ToString();
        Assert.StartsWith($"{_folder.PathOf("conf")}: {name} is a link that leads out of the folder; ", mistake, StringComparison.Ordinal);
        Assert.DoesNotContain("root", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_is_named_itself_is_followed_since_whoever_starts_the_program_names_it()
    {
        Write("real.yaml", "domain: named\n");
        File.CreateSymbolicLink(_folder.PathOf("link.yaml"), _folder.PathOf("real.yaml"));

        Assert.Equal("named", ConfigurationLoader.LoadFile(_folder.PathOf("link.yaml")).Configuration!.Domain.Value);
    }

    [Fact]
    public void Links_that_lead_round_or_nowhere_and_files_without_end_are_one_mistake()
    {
        Directory.CreateDirectory(_folder.PathOf("round"));
        Directory.CreateDirectory(_folder.PathOf("nowhere"));
        File.CreateSymbolicLink(_folder.PathOf("round/a.yaml"), "b.yaml");
        File.CreateSymbolicLink(_folder.PathOf("round/b.yaml"), "a.yaml");
        File.CreateSymbolicLink(_folder.PathOf("nowhere/a.yaml"), "gone.yaml");

        foreach (string path in new[] { _folder.PathOf("round"), _folder.PathOf("nowhere"), "/dev/zero" })
        {
            ConfigurationResult result = ConfigurationLoader.LoadFile(path);
            Assert.Null(result.Configuration);
            Assert.Single(result.Mistakes);
        }
    }

    /// <summary>Opening a pipe that nobody writes waits for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pipe_in_the_folder_is_refused_and_not_waited_for_and_so_is_a_file_that_lost_its_text(bool isPipe)
    {
        Write("a.yaml", "domain: d\n");
        if (isPipe)
        {
            using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [_folder.PathOf("b.yaml")]);
            await mkfifo.WaitForExitAsync();
            File.CreateSymbolicLink(_folder.PathOf("c.yaml"), "b.yaml");
        }
        else
        {
            Write("b.yaml", "");
        }

        var load = Task.Run(() => ConfigurationLoader.LoadFile(_folder.Path));
        ConfigurationResult result = await load.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Null(result.Configuration);
        Assert.StartsWith($"{_folder.Path}: b.yaml is empty, or no ordinary file but a pipe or a device; ", Assert.Single(result.Mistakes).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_YAML_is_told_alone_with_its_file_and_line()
    {
        Write("a.yaml", "domain: d\n");
        string second = Write("b.yaml", "queues:\n  - { id: q\n");

        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.LoadFile(_folder.Path).Mistakes);

        Assert.Equal(second, mistake.File);
        Assert.InRange(mistake.Line, 2, 3);
    }

    [Fact]
    public void A_folder_without_files_says_so()
    {
        Assert.Contains("without *.yaml", Assert.Single(ConfigurationLoader.LoadFile(_folder.Path).Mistakes).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_in_one_file_and_a_value_in_another_do_not_go_together()
    {
        Write("a.yaml", "domain: d\nqueues: [ { id: q } ]\n");
        string second = Write("b.yaml", "queues: q\n");

        Assert.StartsWith($"{second}:1:1: 'queues' is there already", Assert.Single(ConfigurationLoader.LoadFile(_folder.Path).Mistakes).ToString(), StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
