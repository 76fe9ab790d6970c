using Routing.Sip.Loop;
using Routing.TestKit.Time;

namespace Routing.Sip.Tests.Loop;

/// <summary>A loop without a thread and a clock that stands still: tests move both.</summary>
internal sealed class LoopDriver
{
    private readonly long _startTimestamp;

    public LoopDriver(SipLoopOptions? options = null)
    {
        Loop = new SipLoop(Time, options);
        _startTimestamp = Time.GetTimestamp();
    }

    public ManualTimeProvider Time { get; } = new();

    public SipLoop Loop { get; }

    /// <summary>Time since the driver was made.</summary>
    public TimeSpan Elapsed => Time.GetElapsedTime(_startTimestamp);

    /// <summary>Moves the clock, stopping at each timer on the way so that it fires at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan left = by;
        Loop.RunUntilIdle();
        while (Loop.UntilNextTimer is { } next && next <= left)
        {
            Time.Advance(next);
            left -= next;
            Loop.RunUntilIdle();
        }

        Time.Advance(left);
        Loop.RunUntilIdle();
    }
}
