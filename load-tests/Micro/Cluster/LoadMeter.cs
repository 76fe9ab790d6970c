namespace Routing.Micro.Cluster;

/// <summary>Counts answers; from any thread.</summary>
internal sealed class LoadMeter
{
    private const int KeptWaits = 4_096;

    private readonly double[] _waitsMs = new double[KeptWaits];
    private long _answered;
    private long _refused;

    public long Answered => Interlocked.Read(ref _answered);

    public long Refused => Interlocked.Read(ref _refused);

    public void Add(long sentTimestamp, bool isOk)
    {
        long number = Interlocked.Increment(ref _answered);
        _waitsMs[number % KeptWaits] = TimeProvider.System.GetElapsedTime(sentTimestamp).TotalMilliseconds;
        if (!isOk)
        {
            Interlocked.Increment(ref _refused);
        }
    }

    public IReadOnlyList<double> Waits() => [.. _waitsMs.Where(static wait => wait > 0)];
}
