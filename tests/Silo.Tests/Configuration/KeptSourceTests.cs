using Routing.Gateway.Api.Configuration;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>Texts are kept with their comments and without their secrets.</summary>
public sealed class KeptSourceTests
{
    private const string Ha1 = "3d78807defe7de2157e2b0b6573a855f";
    private const string Sha256 = "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232";

    [Fact]
    public void Comments_and_layout_survive_and_secrets_do_not()
    {
        string text = $$"""
            # Our shop. Ann's password was wonderland-9 until May.
            domain: shop   # the only one

            agents:
              - { id: ann, password: wonderland-9, skills: {} }
              - id: bob
                password: 'it''s-long'   # changed
                skills: {}
              - { id: eve, ha1Md5: {{Ha1}}, ha1Sha256: "{{Sha256}}" }
              - id: dan
                password: |
                  block-secret
                name: Dan
            apiKeys:
              - name: ops
                key: &k hunter2-hunter2
                role: admin
              - { name: lead, sha256: {{Sha256}} }
            """;

        string kept = Assert.Single(PackedSource.Unpack(PackedSource.Pack([new ConfigurationFile("/etc/routing/shop.yaml", text)])!.Value)).Text;

        Assert.Equal(
            """
            # Our shop. Ann's password was (hidden) until May.
            domain: shop   # the only one

            agents:
              - { id: ann, password: "(hidden)", skills: {} }
              - id: bob
                password: "(hidden)"   # changed
                skills: {}
              - { id: eve, ha1Md5: "(hidden)", ha1Sha256: "(hidden)" }
              - id: dan
                password: "(hidden)"
                name: Dan
            apiKeys:
              - name: ops
                key: "(hidden)"
                role: admin
              - { name: lead, sha256: "(hidden)" }
            """.ReplaceLineEndings("\n"),
            kept.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_secret_of_one_file_is_in_no_other_of_the_folder()
    {
        ConfigurationFile agents = new("a.yaml", "domain: d\nagents: [ { id: ann, password: wonderland-9 } ]\n");

        IReadOnlyList<ConfigurationFile> kept = PackedSource.Unpack(PackedSource.Pack([new("0.yaml", "# Ann has wonderland-9.\nhosts: []\n"), agents])!.Value);
        Assert.Equal("# Ann has (hidden).\nhosts: []\n", kept[0].Text);
        Assert.DoesNotContain("wonderland-9", kept[1].Text, StringComparison.Ordinal);

        Assert.Null(PackedSource.Pack([agents, new("b.yaml", "realm: wonderland-9\n")]));
    }

    [Fact]
    public void The_demo_and_the_sample_of_the_load_tests_are_kept()
    {
        foreach (string file in (string[])["deploy/demo.yaml", "load-tests/bench.yaml"])
        {
            string text = Repository.Read(file);
            string kept = Assert.Single(PackedSource.Unpack(PackedSource.Pack([new ConfigurationFile(file, text)])!.Value)).Text;
            Assert.Equal(text.Split('\n').Length, kept.Split('\n').Length);
            Assert.DoesNotContain("demo-admin", kept, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("domain: d\nagents: [ { id: annabel, password: annabel } ]")]
    [InlineData("domain: d\nagents: [ { id: a, password: *p } ]\nx: &p long-enough")]
    [InlineData("domain: [")]
    public void A_text_in_which_a_secret_would_be_left_is_not_kept(string text) => Assert.Null(PackedSource.Pack([new ConfigurationFile("f.yaml", text)]));

    [Theory]
    [InlineData("agents: [ { id: a, password: (hidden) } ]")]
    [InlineData("agents: [ { id: a, ha1Md5: (hidden), ha1Sha256: (hidden) } ]")]
    [InlineData("apiKeys: [ { name: k, key: (hidden) } ]")]
    [InlineData("apiKeys: [ { name: k, sha256: (hidden) } ]")]
    public void What_was_hidden_is_never_taken_for_a_secret(string yaml) => Assert.NotEmpty(ConfigurationLoader.Load("f.yaml", "domain: d\n" + yaml).Mistakes);

    /// <summary>What is told of a mistake goes to consoles, logs and answers.</summary>
    [Theory]
    [InlineData("agents: [ { id: ann, password:hunter2-hunter2 } ]")]
    [InlineData("agents:\n  - id: ann\n    password=hunter2-hunter2: x")]
    [InlineData("agents:\n  - id: ann\n    password hunter2-hunter2: x")]
    [InlineData("agents: [ { id: ann, password: *hunter2-hunter2 } ]")]
    [InlineData("agents: [ { id: ann, password: [ hunter2-hunter2 ] } ]")]
    [InlineData("agents: [ { id: ann, password: { hunter2-hunter2: } } ]")]
    [InlineData("agents: [ { id: ann, password: hunter2-hunter2, ha1Md5: hunter2-hunter2 } ]")]
    [InlineData("agents: [ { id: ann, ha1Md5: hunter2-hunter2, ha1Sha256: hunter2-hunter2 } ]")]
    [InlineData("agents: [ { id: ann, password: \"hunter2-hunter2 } ]")]
    [InlineData("agents: [ { id: ann, password: 'hunter2-hunter2'x } ]")]
    [InlineData("agents: [ { id: ann, password: @hunter2-hunter2 } ]")]
    [InlineData("agents: [ { id: ann, password: !hunter2-hunter2 } ]")]
    [InlineData("agents: [ { id: hunter2, password: hunter2-hunter2, password: hunter2-hunter2 } ]")]
    [InlineData("apiKeys: [ { name: ops, key: hunter2-hunter2, sha256: hunter2-hunter2 } ]")]
    [InlineData("apiKeys: [ { name: ops, sha256: hunter2-hunter2 } ]")]
    public void No_mistake_shows_a_secret(string yaml)
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", "domain: d\n" + yaml);

        string[] told = [.. result.Mistakes.Concat(result.Warnings).Select(static mistake => mistake.ToString())];
        Assert.NotEmpty(told);
        Assert.DoesNotContain(told, static mistake => mistake.Contains("hunter2-hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_without_the_space_after_its_colon_is_told_so()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", "domain: d\nagents: [ { id: ann, password:hunter2-hunter2 } ]");

        Assert.Contains(result.Mistakes, static mistake => mistake.ToString().EndsWith("; write 'password: …', with a space after the colon", StringComparison.Ordinal));
    }

    [Fact]
    public void The_digest_of_texts_is_of_their_contents_alone()
    {
        string one = PackedSource.Sha256([new ConfigurationFile("a", "x"), new ConfigurationFile("b", "y")], []);

        Assert.Equal(one, PackedSource.Sha256([new ConfigurationFile("c", "x"), new ConfigurationFile("d", "y")], []));
        Assert.NotEqual(one, PackedSource.Sha256([new ConfigurationFile("a", "xy"), new ConfigurationFile("b", "")], []));
        Assert.NotEqual(one, PackedSource.Sha256([new ConfigurationFile("a", "x"), new ConfigurationFile("b", "y")], [new SoundFile("s.pcmu", new byte[1])]));
    }
}
