using System.Diagnostics;
using Assay.Grading.Jail;
using Assay.Jail.Protocol;

namespace Assay.Grading.Tests.Jail;

/// <summary>A process that stops reading ends with a verdict, and does not hold the grader that sends it more than a pipe takes.</summary>
public sealed class UnreadTests
{
    [Fact]
    public void What_is_never_read_ends_the_process()
    {
        var start = new ProcessStartInfo("sleep", ["1000"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var jail = new JailProcess(Process.Start(start)!, null, new JailLimits { Request = TimeSpan.FromMilliseconds(200) });
        var thrown = Assert.Throws<JailEndedException>(() => jail.Tell(FrameKind.Reset, 1, new byte[1 << 20]));
        Assert.Equal("TLE-wall", thrown.End.Verdict);
    }
}
