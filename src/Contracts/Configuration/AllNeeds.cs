namespace Routing.Contracts.Configuration;

/// <summary>All of the parts; of none: anybody.</summary>
public sealed record AllNeeds(IReadOnlyList<NeedExpression> Parts) : NeedExpression
{
    public override string Text => string.Join(" and ", Parts.Select(static part => part is AllNeeds or AnyNeeds ? $"({part.Text})" : part.Text));

    public bool Equals(AllNeeds? other) => other is not null && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => Parts.Count;

    public override bool IsMetBy(in AgentTraits agent)
    {
        for (int i = 0; i < Parts.Count; i++)
        {
            if (!Parts[i].IsMetBy(agent))
            {
                return false;
            }
        }

        return true;
    }
}
