using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Assay.Bench.Reference;

/// <summary>How long a piece of work took, and whether all its threads ran for all that time.</summary>
internal readonly record struct Slice(TimeSpan Wall, bool IsUndisturbed);

/// <summary>
/// Runs work on one thread or on two at once. A slice counts as undisturbed when its threads together were on a processor for
/// 92.5 % of the wall time of each: on a machine that others share, only those show what contention costs.
/// </summary>
internal sealed class Slices : IDisposable
{
    private const double UndisturbedShare = 0.925;

    private readonly Thread? _second;
    private Work _work = static _ => { };
    private int _operations;
    private TimeSpan _secondCpu;

    // Which slice the second thread is to run, and which it has run; both threads spin, because a wake-up takes longer than a slice.
    private volatile int _asked;
    private volatile int _done;
    private volatile bool _isOver;

    private Slices(int threads)
    {
        Threads = threads;
        if (threads == 1)
            return;
        _second = new Thread(RunSecond) { IsBackground = true };
        _second.Start();
    }

    public int Threads { get; }

    public static Slices On(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 2);
        return new Slices(threads);
    }

    public Slice Take(Work work, int operations)
    {
        (_work, _operations) = (work, operations);
        var (start, cpu) = (Stopwatch.GetTimestamp(), ThreadCpu());
        if (_second is not null)
            _asked++;
        work(operations);
        while (_done != _asked)
            Thread.SpinWait(1);
        var wall = Stopwatch.GetElapsedTime(start);
        cpu = ThreadCpu() - cpu + (_second is null ? TimeSpan.Zero : _secondCpu);
        return new Slice(wall, cpu >= wall * Threads * UndisturbedShare);
    }

    public void Dispose()
    {
        _isOver = true;
        _second?.Join();
    }

    private void RunSecond()
    {
        while (!_isOver)
        {
            if (_asked == _done)
            {
                Thread.SpinWait(1);
                continue;
            }

            var cpu = ThreadCpu();
            _work(_operations);
            _secondCpu = ThreadCpu() - cpu;
            _done = _asked;
        }
    }

    // The time of the whole process is kept for other threads only at the ticks of the kernel, which are longer than a slice.
    private static TimeSpan ThreadCpu()
    {
        const int ThreadClock = 3;
        if (!OperatingSystem.IsLinux() || ClockGetTime(ThreadClock, out var time) != 0)
            return Stopwatch.GetElapsedTime(0);
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int ClockGetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
