using Assay.Contracts;
using Assay.Grading.Jail;

namespace Assay.Grading.Tests.Jail;

/// <summary>A jail leaves nothing behind, however it ends.</summary>
[Collection(nameof(LeftoverTests))]
public sealed class LeftoverTests
{
    private const string Forks = """
        using System.Runtime.InteropServices;
        public sealed class Limiter(int capacity, TimeSpan interval, TimeProvider clock) : IRateLimiter
        {
            public RateDecision TryAcquire(string key, int permits) { for (var i = 0; i < 20; i++) if (fork() == 0) Thread.Sleep(Timeout.Infinite); return default; }
            public RateDecision TryAcquireAll(IReadOnlyList<string> keys, int permits) => default;
            public int Available(string key) => capacity + (int)(interval.Ticks + clock.GetTimestamp()) * 0;
            public void RemoveIdle() { }
            public int CountKeys() => 0;
            [DllImport("libc")] private static extern int fork();
        }
        """;

    [Fact]
    public void Its_control_group_and_processes_are_gone()
    {
        using var launcher = Isolation.Choose("strong", new JailLimits());
        var session = new JailSession(launcher);
        session.Load(typeof(IRateLimiter), Compiled.Assembly(Forks));
        session.Reset();
        using var subject = new JailedSubject(session, [typeof(int), typeof(TimeSpan), typeof(TimeProvider)]);
        subject.Create<IRateLimiter>(1, TimeSpan.FromSeconds(1)).TryAcquire("a", 1);
        var group = session.Process.Group;
        Assert.NotNull(group);
        Assert.True(group.Members.Count > 20);
        var folders = group.JoinFiles.Select(file => Path.GetDirectoryName(file)!).ToArray();

        session.Dispose();

        Assert.All(folders, folder => Assert.False(Directory.Exists(folder)));
    }
}
