namespace Routing.Mailbox.Remote;

/// <summary>Why a silo does not serve a client. Numbers travel in <see cref="LinkFrameKind.Refused"/>; each side has words of its own for them, since nothing that a stranger wrote belongs into a log.</summary>
public enum LinkRefusal : byte
{
    None = 0,

    /// <summary>It did not greet, or its greeting cannot be read.</summary>
    Protocol = 1,

    /// <summary>It speaks another version; the number is the silo's.</summary>
    Version = 2,

    /// <summary>It could not prove that it knows the cluster's key.</summary>
    Key = 3,

    /// <summary>Another process of that name is connected and alive; the number is for how many milliseconds already.</summary>
    NameTaken = 4,

    /// <summary>Found by the client itself: it reaches the same silo at another address.</summary>
    SameSilo = 5,

    /// <summary>It knows only format levels below the one in force; the number is the latter.</summary>
    Level = 6,
}
