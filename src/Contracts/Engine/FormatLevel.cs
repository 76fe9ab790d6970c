namespace Routing.Contracts.Engine;

/// <summary>
/// What a program may write so that others of the same cluster can read it. A level rises when something is written that the former release would misunderstand: another effect, event or
/// command, another word in one, a field that must not be passed over. What the former release may pass over (a field with a tag or name of its own, whose absence means what was before) needs no level.
/// <para>A release reads all levels up to its <see cref="Highest"/> and writes the one that is in force in the store (<see cref="TurnInput.Level"/>): that of its former release until somebody raises it,
/// once for all and never back. So silos and gateways of both releases work side by side, and the former one can be installed again until then.</para>
/// </summary>
public static class FormatLevel
{
    /// <summary>Of programs that say none, and of data that have none.</summary>
    public const int First = 1;

    /// <summary>Of this program. Each level says here what came with it.</summary>
#if ROUTING_NEXT_LEVEL
    // Only in the build that rolling upgrades are tried with (load-tests/Chaos/upgrade.py): today's program as if it were the next release.
    public const int Highest = First + 1;
#else
    public const int Highest = First;
#endif
}
