namespace Routing.Mailbox.Remote;

/// <summary>
/// First byte of each frame between a gateway's process and a silo. Numbers are never used again for anything else. Integers are varints, texts and JSON stand behind their length. A reader passes over what stands behind the
/// parts that it knows: so a frame can grow without a new version.
/// </summary>
internal enum LinkFrameKind : byte
{
    /// <summary>Nothing: a sign of life. Never reaches a handler.</summary>
    Ping = 0,

    /// <summary>Silo, first frame: the lowest version that it speaks, nonce, the highest.</summary>
    Challenge = 1,

    /// <summary>Client: version that both speak from now on, name, nonce, proof, instance of its process, the highest format level that it knows.</summary>
    Hello = 2,

    /// <summary>Silo: name, proof, instance of its process.</summary>
    Welcome = 3,

    /// <summary>Silo: the domains that it owns now, all of them: history of its store, count, (domain, epoch)*, count, (domain that refuses inputs now)*. From the first one on the link is used.</summary>
    Domains = 4,

    /// <summary>Client: effects of a gateway come here: gateway, incarnation.</summary>
    Attach = 5,

    /// <summary>Client: they come here no more: gateway.</summary>
    Detach = 6,

    /// <summary>Client: domain, sender, incarnation, sequence, idempotency key (empty = none), command as JSON.</summary>
    Input = 7,

    /// <summary>Silo: domain, sender, incarnation, sequence, reply as JSON (empty = Ok).</summary>
    Reply = 8,

    /// <summary>Silo: gateway, domain, epoch, sequence, effect as JSON.</summary>
    Effect = 9,

    /// <summary>Silo: what one turn says to this client, in one piece: count, frames <see cref="Reply"/> and <see cref="Effect"/> behind their lengths.</summary>
    Turn = 10,

    /// <summary>Client: all effects up to a sequence are done: gateway, domain, sequence.</summary>
    Acknowledge = 11,

    /// <summary>Client: reads: request number, domain, <see cref="LinkQuestion"/>, argument text, argument number.</summary>
    Ask = 12,

    /// <summary>Silo: request number, <see cref="LinkAnswer"/>, JSON or text.</summary>
    Answer = 13,

    /// <summary>Client: subscription number, domain, sequence after which events are wanted.</summary>
    Subscribe = 14,

    /// <summary>Client: subscription number.</summary>
    Unsubscribe = 15,

    /// <summary>Silo: subscription number, events of one turn as JSON.</summary>
    Events = 16,

    /// <summary>Silo, then it closes: <see cref="LinkRefusal"/>, a number that belongs to it.</summary>
    Refused = 17,

    /// <summary>Silo: where the silos of the cluster are, all that live: count, HOST:PORT*.</summary>
    Silos = 18,

    /// <summary>Client, from version 3 on: an effect that it took and does not know: gateway, domain, sequence, the effect as it came.</summary>
    Unknown = 19,
}
