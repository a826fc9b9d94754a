using System.Runtime.InteropServices;

namespace Assay.Bench.Grading;

/// <summary>Processor time of the child processes that have ended and were waited for, theirs included. Source: getrusage(2).</summary>
internal static class ChildCpu
{
    private const int Children = -1;

    // struct rusage of 64-bit Linux and macOS: user and system time as seconds and microseconds, then fourteen counters.
    private const int Words = 18;

    /// <summary>So far.</summary>
    public static TimeSpan Total
    {
        get
        {
            var usage = new long[Words];
            if (getrusage(Children, usage) != 0)
                throw new PlatformNotSupportedException("getrusage failed");
            return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds((int)usage[1] + (int)usage[3]);
        }
    }

    [DllImport("libc")]
    private static extern int getrusage(int who, [Out] long[] usage);
}
