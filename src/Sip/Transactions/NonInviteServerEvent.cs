namespace Routing.Sip.Transactions;

/// <summary>Inputs of the non-INVITE server transaction.</summary>
internal enum NonInviteServerEvent
{
    /// <summary>The request came again.</summary>
    Request,

    /// <summary>The user sends 100.</summary>
    Provisional,

    /// <summary>The user sends 200–699.</summary>
    Final,

    /// <summary>The client has given up waiting (its timer F, 64·T1).</summary>
    ClientGone,

    /// <summary>End of Completed.</summary>
    TimerJ,
    TransportError,
}
