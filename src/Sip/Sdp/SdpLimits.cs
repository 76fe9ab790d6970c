namespace Routing.Sip.Sdp;

/// <summary>Bounds of a session description from the wire; one beyond them is refused.</summary>
public sealed record SdpLimits
{
    public static SdpLimits Default { get; } = new();

    public int MaxDescriptionBytes { get; init; } = 16_384;

    public int MaxLines { get; init; } = 512;

    public int MaxLineBytes { get; init; } = 2_048;

    public int MaxMediaSections { get; init; } = 32;

    public int MaxFormatsPerMedia { get; init; } = 128;
}
