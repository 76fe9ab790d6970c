using System.Text.Json;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Lists of skills as they are stored with a configuration.</summary>
public sealed class StoredSkills
{
    [Fact]
    public void Skills_come_back_as_they_were_written_whatever_their_names()
    {
        SkillLevel[] skills = [new("english", 8), new("français", 3), new("a\"b\\c", 10), new("日本語", 1), new(string.Empty, 2)];

        Assert.Equal(skills, Read(Write(skills)));
        Assert.Empty(Read(Write([])));
    }

    [Fact]
    public void Thousands_of_names_are_told_apart_and_a_repeated_one_is_one_string()
    {
        SkillLevel[] skills = [.. Enumerable.Range(0, 5_000).Select(i => new SkillLevel($"skill{i}", 1 + (i % 10))), new("skill4999", 7)];

        IReadOnlyList<SkillLevel> read = Read(Write(skills));

        Assert.Equal(skills, read);
        Assert.Same(read[^2].Skill, read[^1].Skill);
    }

    [Fact]
    public void What_a_later_version_adds_to_a_skill_is_passed_over()
    {
        string json = Write([new("english", 8)]).Replace("{\"skill\"", "{\"since\":{\"year\":[2026,{}]},\"skill\"", StringComparison.Ordinal);

        Assert.Equal([new SkillLevel("english", 8)], Read(json));
    }

    [Theory]
    [InlineData("{\"level\":8}")]
    [InlineData("{\"skill\":null,\"level\":8}")]
    [InlineData("{\"skill\":\"english\",\"level\":\"high\"}")]
    [InlineData("{\"skill\":\"english\",\"level\":8.5}")]
    [InlineData("\"english\"")]
    public void A_skill_that_is_none_is_refused_and_not_guessed_at(string skill)
    {
        string json = Write([new("english", 8)]).Replace("{\"skill\":\"english\",\"level\":8}", skill, StringComparison.Ordinal);

        // STJ reports a number of the wrong kind as one or the other.
        Assert.True(Record.Exception(() => Read(json)) is JsonException or InvalidOperationException or FormatException);
    }

    private static string Write(IReadOnlyList<SkillLevel> skills) => JsonSerializer.Serialize(
        new DomainConfiguration
        {
            Domain = DomainId.Of("d"),
            Realm = "d",
            Agents = [new AgentConfiguration { Id = AgentId.Of("a"), Name = "A", SipUser = "a", Ha1Md5 = "0", Ha1Sha256 = "0", Skills = skills }],
        },
        ContractsJson.Default.DomainConfiguration);

    private static IReadOnlyList<SkillLevel> Read(string json) =>
        JsonSerializer.Deserialize(json, ContractsJson.Default.DomainConfiguration)!.Agents[0].Skills;
}
