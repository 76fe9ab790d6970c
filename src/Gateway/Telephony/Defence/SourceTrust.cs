namespace Routing.Gateway.Telephony.Defence;

/// <summary>What is known of a source before it says anything.</summary>
internal enum SourceTrust
{
    Stranger,

    /// <summary>A program on this machine.</summary>
    Local,

    /// <summary>Another gateway of the cluster: whoever speaks through it is not banned by its address.</summary>
    Peer,

    /// <summary>An address that a domain lists as a trunk.</summary>
    Trunk,
}
