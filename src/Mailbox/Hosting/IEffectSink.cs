namespace Routing.Mailbox.Hosting;

/// <summary>Takes the effects of a gateway. Called on a thread of the host, serially per domain; must return at once.</summary>
public interface IEffectSink
{
    void OnEffect(EffectEnvelope envelope);

    /// <summary>The reply and the effects of one turn come next, on this thread.</summary>
    void BeginTurn()
    {
    }

    /// <summary>They were all given, or tried.</summary>
    void EndTurn()
    {
    }
}
