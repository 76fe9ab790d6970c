namespace Routing.Sip.Transactions;

/// <summary>Inputs of the INVITE server transaction.</summary>
internal enum InviteServerEvent
{
    /// <summary>The INVITE came again.</summary>
    Request,

    /// <summary>An ACK with the branch of the INVITE.</summary>
    Ack,

    /// <summary>The user sends 100–199.</summary>
    Provisional,

    /// <summary>The user sends 200–299.</summary>
    Success,

    /// <summary>The user sends 300–699.</summary>
    Failure,

    /// <summary>Time to send the final response again.</summary>
    TimerG,

    /// <summary>No ACK.</summary>
    TimerH,

    /// <summary>End of Confirmed.</summary>
    TimerI,

    /// <summary>End of Accepted.</summary>
    TimerL,
    TransportError,
}
