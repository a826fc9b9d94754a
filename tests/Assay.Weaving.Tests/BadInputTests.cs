using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>Code that does not play along gets a verdict with its line, and never a wrong one.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("public void Go() { while (true) { } }", "no end after")]
    [InlineData("private volatile bool _flag; public void Go() { while (!_flag) { } }", "no end after")]
    [InlineData("private volatile bool _flag; public void Go() { while (!_flag) Thread.Yield(); }", "no end after")]
    [InlineData("public void Go() { while (true) try { Thread.Yield(); } catch { } }", "no end after")]
    public void Code_that_never_ends_is_told_with_its_line(string member, string reason)
    {
        var verdict = Race(member);
        Assert.Equal(RaceVerdictKind.Endless, verdict.Kind);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("private readonly ReaderWriterLock _gate = new(); public void Go() { _gate.AcquireReaderLock(-1); }", "ReaderWriterLock.AcquireReaderLock")]
    [InlineData("private readonly ThreadLocal<int> _own = new(); public int Go() => _own.Value++;", "ThreadLocal.get_Value")]
    [InlineData("public void Go() { using var gate = new Mutex(false, \"name\"); }", "Mutex..ctor")]
    [InlineData("[ThreadStatic] private static int s_own; public int Go() => s_own++;", "[ThreadStatic] s_own")]
    [InlineData("private int _value; [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)] public int Go() => _value++;", "MethodImplOptions.Synchronized")]
    [InlineData("public int Go() => BlockingCollection<int>.TakeFromAny([new BlockingCollection<int>()], out _);", "BlockingCollection.TakeFromAny")]
    [InlineData("[System.Runtime.InteropServices.DllImport(\"libc\")] private static extern int pause(); public int Go() => pause();", "Sample.pause")]
    public void A_wait_without_a_model_is_not_controlled(string member, string what)
    {
        var verdict = Race(member);
        Assert.Equal(RaceVerdictKind.NotControlled, verdict.Kind);
        Assert.Contains(what, verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("where T : struct, Enum")]
    [InlineData("where T : class")]
    [InlineData("")]
    public void Type_parameters_are_filled_as_their_constraints_allow(string constraint)
    {
        var verdict = Compiled.Race($"public class Sample<T> {constraint} {{ private int _value; public void Go(T one) => _value++; public int Value => _value; }}", "Sample`1");
        Assert.Equal(RaceVerdictKind.Violation, verdict.Kind);
    }

    [Fact]
    public void Type_parameters_that_nothing_fits_are_undecided() =>
        Assert.Equal(RaceVerdictKind.Undecided, Compiled.Race("public class Sample<T> where T : System.IO.Stream { public void Go() { } }", "Sample`1").Kind);

    [Fact]
    public void Recursion_without_end_is_an_answer_and_no_crash()
    {
        var verdict = Race("public int Go(int depth) { return Go(depth + 1) + 1; }");
        Assert.Equal(RaceVerdictKind.Clean, verdict.Kind);
    }

    [Fact]
    public void Threads_without_end_are_not_controlled()
    {
        var verdict = Race("public void Go() { for (var number = 0; number < 100; number++) new Thread(() => { }).Start(); }");
        Assert.Equal(RaceVerdictKind.NotControlled, verdict.Kind);
        Assert.Contains("threads of control", verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Throwing_on_every_thread_is_the_specification_too() =>
        Assert.Equal(RaceVerdictKind.Clean, Race("public void Go() { throw new NotSupportedException(); }").Kind);

    [Fact]
    public void A_thread_started_in_a_static_constructor_ends_in_a_verdict()
    {
        var verdict = Race("private static int s_value; static Sample() { new Thread(() => Interlocked.Increment(ref s_value)).Start(); } public int Go() => s_value;");
        Assert.Equal(RaceVerdictKind.Violation, verdict.Kind);
    }

    [Theory]
    [InlineData("public void Go() { new Thread(() => throw new NotSupportedException(\"first\")).Start(); }")]
    [InlineData("public void Go() { ThreadPool.QueueUserWorkItem(_ => throw new NotSupportedException(\"first\")); }")]
    [InlineData("public void Go() { Later(); } private static async void Later() { await Task.Yield(); throw new NotSupportedException(\"first\"); }")]
    public void What_nobody_catches_on_a_thread_is_a_violation_with_its_line(string member)
    {
        var verdict = Race(member);
        Assert.Equal(RaceVerdictKind.Violation, verdict.Kind);
        Assert.Contains("NotSupportedException: first", verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("private readonly List<byte[]> _all = new(); public void Go() { lock (_all) while (true) _all.Add(new byte[1 << 20]); }", "MB allocated")]
    [InlineData("public int Go() { var text = \"x\"; while (true) text += text; }", "MB allocated")]
    [InlineData("public int Go() => \"x\".PadLeft(int.MaxValue).Length;", "none left")]
    [InlineData("public int Go() => new List<long>(int.MaxValue).Count;", "none left")]
    [InlineData("public async Task<int> Go() { await Task.Yield(); return new string('x', int.MaxValue).Length; }", "none left")]
    [InlineData("public int Go(int length) { return new long[length * 900_000_000].Length; }", "an array of 900000000 elements")]
    public void Memory_without_end_is_told_with_its_line(string member, string reason)
    {
        var verdict = Race(member);
        Assert.Equal(RaceVerdictKind.Endless, verdict.Kind);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ends_a_wait_from_outside_is_no_deadlock()
    {
        // Progress is reported on the pool, which nobody controls.
        var code = Compiled.Weave("public class Sample { public async Task<int> Go() { var told = new TaskCompletionSource<int>(); IProgress<int> progress = new Progress<int>(value => { Thread.Sleep(50); told.SetResult(value); }); progress.Report(1); return await told.Task; } }");
        var verdict = await Programs.Race.ExploreAsync(code, code.Assembly.GetType("Sample")!, new RaceOptions { MaxPrograms = 2 }, TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(RaceVerdictKind.NotControlled, verdict.Kind);
        Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_every_order_of_the_calls_waits_nothing_is_expected() =>
        Assert.Equal(RaceVerdictKind.Clean, Race("private readonly Barrier _barrier = new(2); public void Go() { _barrier.SignalAndWait(); }").Kind);

    [Fact]
    public void A_type_with_nothing_to_call_is_undecided() => Assert.Equal(RaceVerdictKind.Undecided, Race("private int _value;").Kind);

    [Fact]
    public async Task A_wait_that_nobody_sees_ends_in_not_controlled()
    {
        var code = Compiled.Weave("public class Sample { private readonly System.Net.Sockets.TcpListener _listener = new(System.Net.IPAddress.Loopback, 0); public void Go() { _listener.Start(); _listener.AcceptTcpClient(); } }");
        var verdict = await Programs.Race.ExploreAsync(code, code.Assembly.GetType("Sample")!, new RaceOptions { MaxPrograms = 2 }, TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(RaceVerdictKind.NotControlled, verdict.Kind);
        Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
    }

    private static RaceVerdict Race(string member) => Compiled.Race($"public class Sample {{ {member} }}", "Sample", options: new RaceOptions { MaxPrograms = 3 });
}
