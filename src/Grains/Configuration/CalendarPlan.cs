using Routing.Contracts.Configuration;

namespace Routing.Grains.Configuration;

/// <summary>
/// A calendar, indexed. Whether it is open is a function of the wall clock, which is UTC and the offset in force; nothing here knows of time zones. What it
/// found last is remembered until it changes, so that asking costs nothing.
/// </summary>
internal sealed class CalendarPlan
{
    public const int DayMinutes = 24 * 60;

    /// <summary>Days in which every hour of the week comes, with one more at each end: what changes nothing for so long does not until a holiday or another offset comes.</summary>
    private const int WeekDays = 9;

    /// <summary>Days before and after the date of a holiday, or an instant of another offset, that it can have to do with.</summary>
    private const int ReachDays = 3;

    private const long MinuteMs = 60_000;
    private const long DayMs = DayMinutes * MinuteMs;

    /// <summary>1970-01-01 in days since 0001-01-01.</summary>
    public const int EpochDay = 719_162;

    private readonly List<(int From, int To)>[] _week = [.. Enumerable.Range(0, 7).Select(_ => new List<(int From, int To)>())];
    private readonly Dictionary<long, Holiday> _holidays = [];
    private readonly IReadOnlyList<ZoneOffset> _offsets;
    private readonly long[] _exceptionsMs;
    private (long FromMs, long UntilMs, bool IsOpen) _known = (0, 0, false);

    public CalendarPlan(CalendarConfiguration configuration)
    {
        Configuration = configuration;
        _offsets = configuration.Offsets;
        foreach (OpenHours hours in configuration.Hours)
        {
            foreach (DayOfWeek day in hours.Days)
            {
                _week[(int)day].Add((hours.FromMinute, hours.ToMinute));
            }
        }

        foreach (Holiday holiday in configuration.Holidays)
        {
            _holidays.TryAdd(holiday.Date.DayNumber - EpochDay, holiday);
        }

        _exceptionsMs = [.. _holidays.Keys.Select(static day => day * DayMs).Concat(_offsets.Select(static offset => offset.FromMs)).Order()];
    }

    public CalendarConfiguration Configuration { get; }

    public bool IsOpen(long atMs) => Look(atMs).IsOpen;

    /// <summary>The first instant after this one at which it opens or closes; <see cref="long.MaxValue"/> when there is none any more.</summary>
    public long NextChangeMs(long afterMs) => Look(afterMs).UntilMs;

    /// <summary>For records: its name, and that of the holiday if it is one.</summary>
    public string Describe(long atMs)
    {
        long day = FloorDay(atMs + OffsetMs(atMs));
        return _holidays.TryGetValue(day, out Holiday? holiday) && holiday.Name is { } name ? $"calendar {Configuration.Id}, {name}" : $"calendar {Configuration.Id}";
    }

    private (long FromMs, long UntilMs, bool IsOpen) Look(long atMs)
    {
        if (atMs < _known.FromMs || atMs >= _known.UntilMs)
        {
            bool isOpen = Compute(atMs);
            _known = (atMs, FindChangeMs(atMs, isOpen), isOpen);
        }

        return _known;
    }

    private bool Compute(long atMs)
    {
        long wallMs = atMs + OffsetMs(atMs);
        long day = FloorDay(wallMs);
        int minute = (int)((wallMs - (day * DayMs)) / MinuteMs);
        return Covers(day, minute) || Covers(day - 1, minute + DayMinutes);
    }

    private bool Covers(long day, int minute)
    {
        if (_holidays.TryGetValue(day, out Holiday? holiday))
        {
            return minute >= holiday.FromMinute && minute < holiday.ToMinute;
        }

        foreach ((int from, int to) in HoursOf(day))
        {
            if (minute >= from && minute < to)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Goes from boundary to boundary, and past the weeks without exceptions once one of them changed nothing: the answer does not depend on when it is asked. A boundary too many
    /// does no harm: what counts is whether it is open there.
    /// </summary>
    private long FindChangeMs(long atMs, bool isOpen)
    {
        long cursorMs = atMs;
        while (true)
        {
            long fromMs = cursorMs;
            while (cursorMs < fromMs + (WeekDays * DayMs))
            {
                cursorMs = NextBoundaryMs(cursorMs);
                if (Compute(cursorMs) != isOpen)
                {
                    return cursorMs;
                }
            }

            if (NextExceptionMs(fromMs - (ReachDays * DayMs)) is not { } exceptionMs)
            {
                return long.MaxValue;
            }

            cursorMs = Math.Max(cursorMs, exceptionMs - (ReachDays * DayMs));
        }
    }

    private long? NextExceptionMs(long afterMs)
    {
        int at = Array.BinarySearch(_exceptionsMs, afterMs);
        at = at < 0 ? ~at : at + 1;
        return at < _exceptionsMs.Length ? _exceptionsMs[at] : null;
    }

    /// <summary>The next instant at which anything can change, one day on at the latest: hours that begin or end by any offset of that day, or another offset.</summary>
    private long NextBoundaryMs(long afterMs)
    {
        long nextMs = afterMs + DayMs;
        int first = IndexAt(afterMs);
        int last = IndexAt(nextMs);
        for (int i = first; i <= last; i++)
        {
            if (_offsets[i].FromMs > afterMs)
            {
                nextMs = Math.Min(nextMs, _offsets[i].FromMs);
            }

            long offsetMs = _offsets[i].OffsetSeconds * 1000L;
            long day = FloorDay(afterMs + offsetMs);
            for (long d = day - 1; d <= day + 1; d++)
            {
                nextMs = Earliest(d, offsetMs, afterMs, nextMs);
            }
        }

        return nextMs;
    }

    private long Earliest(long day, long offsetMs, long afterMs, long nextMs)
    {
        long Sooner(long soFarMs, int minute)
        {
            long atMs = (day * DayMs) + (minute * MinuteMs) - offsetMs;
            return atMs > afterMs && atMs < soFarMs ? atMs : soFarMs;
        }

        // Where a holiday begins or ends, what began the day before goes on or not.
        nextMs = Sooner(nextMs, 0);
        if (_holidays.TryGetValue(day, out Holiday? holiday))
        {
            return holiday is { FromMinute: { } opens, ToMinute: { } closes } ? Sooner(Sooner(nextMs, opens), closes) : nextMs;
        }

        foreach ((int from, int to) in HoursOf(day))
        {
            nextMs = Sooner(Sooner(nextMs, from), to);
        }

        return nextMs;
    }

    /// <summary>1970-01-01 was a Thursday.</summary>
    private List<(int From, int To)> HoursOf(long day) => _week[(int)((((day + 4) % 7) + 7) % 7)];

    private long OffsetMs(long atMs) => _offsets[IndexAt(atMs)].OffsetSeconds * 1000L;

    private int IndexAt(long atMs)
    {
        int low = 0;
        int high = _offsets.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_offsets[middle].FromMs <= atMs)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private static long FloorDay(long wallMs) => (wallMs - (((wallMs % DayMs) + DayMs) % DayMs)) / DayMs;
}
