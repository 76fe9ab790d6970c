using System.Runtime.InteropServices;

namespace Routing.Sip.Rtp;

/// <summary>
/// Waits for less than a millisecond. The runtime's waits count whole milliseconds, which would make every packet of a 1 ms slot up
/// to 1 ms late or cost a spinning core; nanosleep(2) is exact to some 50 µs. Elsewhere than on Linux the runtime's wait is used.
/// </summary>
internal static class NanosecondSleep
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Blocks the thread for about <paramref name="nanoseconds"/>; a signal may end it early, so callers look at the clock again.</summary>
    public static void Wait(long nanoseconds, WaitHandle portableWait)
    {
        if (nanoseconds <= 0)
        {
            return;
        }

        if (!OperatingSystem.IsLinux())
        {
            portableWait.WaitOne((int)Math.Min((nanoseconds + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond, int.MaxValue));
            return;
        }

        Timespec request = new() { Seconds = (nint)(nanoseconds / NanosecondsPerSecond), Nanoseconds = (nint)(nanoseconds % NanosecondsPerSecond) };
        _ = NativeMethods.NanoSleep(ref request, 0);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "nanosleep")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int NanoSleep(ref Timespec request, nint remaining);
    }
}
