using System.Text;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>Texts that were made to do harm: each is refused with its place, quickly, and the process lives on.</summary>
public sealed class HostileYamlTests
{
    [Fact]
    public void Lists_inside_one_another_without_end_are_refused() => Refused("queues: " + new string('[', 100_000));

    [Fact]
    public void Mappings_inside_one_another_without_end_are_refused() => Refused("queues: " + string.Concat(Enumerable.Repeat("{a: ", 100_000)));

    [Fact]
    public void Indented_lists_without_end_are_refused() => Refused("queues:\n" + string.Concat(Enumerable.Repeat("- ", 100_000)) + "a");

    [Fact]
    public void A_key_that_contains_itself_is_refused() => Refused("? &a [*a]\n: 1\ndomain: main\n");

    [Fact]
    public void A_key_that_unfolds_to_billions_is_refused()
    {
        StringBuilder yaml = new("domain: main\nqueues:\n- &a0 [x, x]\n");
        for (int i = 1; i < 40; i++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"- &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        Refused(yaml + "? *a39\n: 1\n");
    }

    [Fact]
    public void A_list_that_contains_itself_is_refused() => Refused("domain: main\nqueues: &q\n- *q\n");

    [Fact]
    public void Values_that_unfold_to_billions_are_refused()
    {
        StringBuilder yaml = new("domain: main\nqueues:\n- &a0 [x, x]\n");
        for (int i = 1; i < 40; i++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"- &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.Load("hostile.yaml", yaml.ToString()).Mistakes);
        Assert.Contains("stand for more than 100000 values", mistake.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_for_what_was_written_before_is_read_as_ever()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", "domain: d\nskills: [a]\nqueues:\n- id: one\n  needs: &n { a: 3 }\n- id: two\n  needs: *n\n");
        Assert.Empty(result.Mistakes);
        Assert.All(result.Configuration!.Queues, queue => Assert.Equal(3, Assert.Single(queue.Needs).Level));
    }

    private static void Refused(string yaml)
    {
        ConfigurationResult result = ConfigurationLoader.Load("hostile.yaml", yaml);
        Assert.Null(result.Configuration);
        Assert.NotEmpty(result.Mistakes);
    }
}
