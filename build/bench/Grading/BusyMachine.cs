using System.Diagnostics;

namespace Assay.Bench.Grading;

/// <summary>Processes that want a processor all the time, for as long as this is not disposed of; they end by themselves when this process is gone.</summary>
internal sealed class BusyMachine : IDisposable
{
    private readonly Process[] _processes;

    /// <summary>Begins to be busy.</summary>
    /// <param name="processes">How many.</param>
    public BusyMachine(int processes) => _processes =
        [.. Enumerable.Range(0, processes).Select(_ => Process.Start("/bin/sh", ["-c", "while kill -0 $PPID; do :; done 2>/dev/null"]))];

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }
    }
}
