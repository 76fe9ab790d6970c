namespace Routing.EndToEnd.Audio;

/// <summary>How much of a sound is a tone, by Goertzel's algorithm.</summary>
internal static class ToneMeter
{
    /// <summary>
    /// Share of the power of each tenth of a second that lies in the tone: 1 is this tone alone. Silent stretches are left out.
    /// </summary>
    public static IReadOnlyList<double> Shares(WaveFile wave, double toneHz)
    {
        int window = wave.SampleRateHz / 10;
        List<double> shares = [];
        for (int start = 0; start + window <= wave.Samples.Length; start += window)
        {
            ReadOnlySpan<short> samples = wave.Samples.AsSpan(start, window);
            double power = Power(samples);
            if (power / window > SilencePower)
            {
                shares.Add(2 * Goertzel(samples, toneHz, wave.SampleRateHz) / (window * power));
            }
        }

        return shares;
    }

    /// <summary>Seconds in which the sound is this tone and nothing else to speak of.</summary>
    public static double SecondsOf(WaveFile wave, double toneHz) => Shares(wave, toneHz).Count(share => share > 0.8) / 10.0;

    /// <summary>Mean square below which a stretch counts as silent: about -60 dB of full scale.</summary>
    private const double SilencePower = 1000;

    private static double Power(ReadOnlySpan<short> samples)
    {
        double power = 0;
        foreach (short sample in samples)
        {
            power += (double)sample * sample;
        }

        return power;
    }

    private static double Goertzel(ReadOnlySpan<short> samples, double toneHz, int sampleRateHz)
    {
        double coefficient = 2 * Math.Cos(2 * Math.PI * toneHz / sampleRateHz);
        double before = 0;
        double last = 0;
        foreach (short sample in samples)
        {
            (before, last) = (last, sample + (coefficient * last) - before);
        }

        return (last * last) + (before * before) - (coefficient * last * before);
    }
}
