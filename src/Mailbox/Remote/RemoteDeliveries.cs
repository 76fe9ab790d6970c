namespace Routing.Mailbox.Remote;

/// <summary>What one frame of a silo, or one look at what waits, says to the gateways of a process: a turn for each.</summary>
internal sealed class RemoteDeliveries
{
    private readonly Dictionary<RemoteGatewaySession, TurnDelivery> _turns = [];

    public IEnumerable<RemoteGatewaySession> Sessions => _turns.Keys;

    public TurnDelivery Of(RemoteGatewaySession session)
    {
        if (!_turns.TryGetValue(session, out TurnDelivery? turn))
        {
            _turns.Add(session, turn = new TurnDelivery());
        }

        return turn;
    }

    /// <summary>Puts them into the sessions' order. The host's lock is held.</summary>
    public void Add()
    {
        foreach ((RemoteGatewaySession session, TurnDelivery turn) in _turns)
        {
            session.Add(turn);
        }
    }
}
