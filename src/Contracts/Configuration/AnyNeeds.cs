namespace Routing.Contracts.Configuration;

/// <summary>At least one of the parts; of none: nobody.</summary>
public sealed record AnyNeeds(IReadOnlyList<NeedExpression> Parts) : NeedExpression
{
    public override string Text => string.Join(" or ", Parts.Select(static part => part is AnyNeeds ? $"({part.Text})" : part.Text));

    public bool Equals(AnyNeeds? other) => other is not null && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => Parts.Count;

    public override bool IsMetBy(in AgentTraits agent)
    {
        for (int i = 0; i < Parts.Count; i++)
        {
            if (Parts[i].IsMetBy(agent))
            {
                return true;
            }
        }

        return false;
    }
}
