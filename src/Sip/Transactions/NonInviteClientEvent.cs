namespace Routing.Sip.Transactions;

/// <summary>Inputs of the non-INVITE client transaction.</summary>
internal enum NonInviteClientEvent
{
    Provisional,
    Final,

    /// <summary>Time to send again.</summary>
    TimerE,

    /// <summary>No final response.</summary>
    TimerF,

    /// <summary>End of Completed.</summary>
    TimerK,
    TransportError,
}
