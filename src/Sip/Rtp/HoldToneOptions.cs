namespace Routing.Sip.Rtp;

/// <summary>Shape of the hold tone: a soft beep, then quiet, for ever. All times are whole packets of 20 ms.</summary>
public sealed record HoldToneOptions
{
    /// <summary>Frequency of the tone.</summary>
    public int FrequencyHertz { get; init; } = 440;

    /// <summary>Peak of the tone as a part of full scale (1.0 = the largest sample).</summary>
    public double PeakOfFullScale { get; init; } = 0.18;

    /// <summary>Length of the beep, fades included.</summary>
    public int ToneMilliseconds { get; init; } = 800;

    /// <summary>Length of the quiet part.</summary>
    public int QuietMilliseconds { get; init; } = 1_200;

    /// <summary>Length of each fade, so that the beep does not click.</summary>
    public int FadeMilliseconds { get; init; } = 60;
}
