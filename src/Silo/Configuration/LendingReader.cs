using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>Reads whom a queue borrows agents from, and to whom it lends its own.</summary>
internal sealed class LendingReader(MistakeList mistakes, ConfigurationPlaces places)
{
    /// <summary>Stands for a name that is there and is none; that mistake is told.</summary>
    private const string Unreadable = "#unreadable";

    public IReadOnlyList<BorrowRule> Borrow(MappingReader queue, string path)
    {
        List<BorrowRule> rules = [];
        foreach (YamlNode node in queue.List("borrow"))
        {
            var rule = new MappingReader(node, "entry of 'borrow'", ConfigurationKeys.Borrow, mistakes);
            places.Add($"{path}.borrow[{rules.Count}]", rule);
            rules.Add(new BorrowRule(
                DomainId.Of(Name(rule.PlaceOf("domain"), rule.RequiredText("domain"))),
                QueueId.Of(Name(rule.PlaceOf("queue"), rule.RequiredText("queue"))),
                rule.DurationMs("after", 0)));
        }

        return rules;
    }

    public IReadOnlyList<DomainId> Guests(MappingReader queue, string path)
    {
        List<DomainId> guests = [];
        foreach ((string guest, Mark place) in queue.TextList("guests").Zip(queue.EntriesIn("guests")))
        {
            places.Add($"{path}.guests[{guests.Count}]", place);
            guests.Add(DomainId.Of(Name(place, guest)));
        }

        return guests;
    }

    private string Name(Mark place, string text)
    {
        if (Identifier.IsValid(text))
        {
            return text;
        }

        if (text.Length > 0)
        {
            mistakes.Add(place, $"'{text}' is not a valid id", $"use 1 to {Identifier.MaxLengthChars} letters, digits or . _ - + * # @ :");
        }

        return Unreadable;
    }
}
