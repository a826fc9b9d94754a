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
    [InlineData("private readonly ReaderWriterLock _gate = new(); public void Go() { _gate.ReleaseLock(); }", "ReaderWriterLock.ReleaseLock")]
    [InlineData("public void Go() { using var gate = new Semaphore(1, 1, \"name\"); }", "Semaphore..ctor")]
    [InlineData("private sealed class Source() : CancellationTokenSource(1_000); public void Go() => new Source();", "CancellationTokenSource..ctor")]
    [InlineData("private sealed class Promise() : TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously); public void Go() => new Promise();", "TaskCompletionSource..ctor")]
    [InlineData("private sealed class Steps(Action<int> told) : Progress<int>(told); public void Go() => new Steps(_ => { });", "Progress..ctor")]
    [InlineData("public void Go() => Thread.CurrentThread.Interrupt();", "Thread.Interrupt")]
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

    [Theory]
    [InlineData("public int Go(int depth) { return Go(depth + 1) + 1; }", "no end of calls")]
    [InlineData("public int Go { get => Go + 1; }", "no end of calls")]
    [InlineData("public async Task<int> Go(int depth) { return await Go(depth + 1) + 1; }", "no end of calls")]
    [InlineData("public override int GetHashCode() => GetHashCode() + 1; public int Go() => new HashSet<object> { this }.Count;", "no end of calls")]
    [InlineData("public int Go(int size) { Span<int> all = stackalloc int[size * 10_000_000]; return all.Length; }", "bytes of the stack")]
    public void A_stack_without_end_is_told_with_its_line(string member, string reason)
    {
        var verdict = Race(member);
        Assert.Equal(RaceVerdictKind.Endless, verdict.Kind);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Asynchronous_recursion_that_yields_is_not_controlled()
    {
        var verdict = Race("public async Task<int> Go(int depth) { await Task.Yield(); return await Go(depth + 1) + 1; }");
        Assert.True(verdict.Kind == RaceVerdictKind.NotControlled, verdict.ToString());
        Assert.Contains("threads of control in one run (line 1)", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("private static int s_value; static Sample() => throw new NotSupportedException(); public int Go() => s_value;")]
    [InlineData("static Sample() => throw new NotSupportedException(); public int Go() => 1;")]
    [InlineData("[System.Runtime.CompilerServices.ModuleInitializer] internal static void Begin() => throw new NotSupportedException(); public int Go() => 1;")]
    public void What_cannot_be_initialised_cannot_be_made(string member)
    {
        var verdict = Race(member);
        Assert.Equal(RaceVerdictKind.Undecided, verdict.Kind);
        Assert.Contains("cannot be made with made-up arguments: TypeInitializationException", verdict.Reason, StringComparison.Ordinal);
    }

    // The fields of another class are initialised when they are used: each use in each run throws.
    [Fact]
    public void A_static_constructor_throws_again_in_each_run() =>
        Assert.Equal(["TypeInitializationException TypeInitializationException"], Outcomes.Of("""
            private static class Other { private static int s_value; static Other() { s_value++; throw new NotSupportedException(); } public static int Value => s_value; }
            public string Go() { var one = Task.Run(Ask); return Ask() + " " + one.Result; }
            private static string Ask() { try { return $"{Other.Value}"; } catch (Exception thrown) { return thrown.GetType().Name; } }
            """));

    [Fact]
    public async Task A_module_that_does_not_end_its_beginning_is_told_with_its_line()
    {
        // Ends with the test: the thread that is given up would keep a processor busy while all others are tested.
        const string Over = "Assay.Tests.ModuleIsOver";
        var code = Compiled.Weave($"public class Sample {{ [System.Runtime.CompilerServices.ModuleInitializer] internal static void Begin() {{ while (!AppContext.TryGetSwitch(\"{Over}\", out _)) {{ }} }} public int Go() => 1; }}");
        try
        {
            var verdict = await Programs.Race.ExploreAsync(code, code.Assembly.GetType("Sample")!, new RaceOptions(), TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            Assert.Equal(RaceVerdictKind.NotControlled, verdict.Kind);
            Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
        }
        finally
        {
            AppContext.SetSwitch(Over, true);
        }
    }

    [Fact]
    public void A_message_that_throws_is_told_too()
    {
        var verdict = Race("private sealed class Odd : Exception { public override string Message => throw new NotSupportedException(); } public void Go() { new Thread(() => throw new Odd()).Start(); }");
        Assert.Equal(RaceVerdictKind.Violation, verdict.Kind);
        Assert.Contains("Odd, whose message throws NotSupportedException", verdict.Reason, StringComparison.Ordinal);
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

    // It is started before the object is made: that a call comes before or after it is one order or the other.
    [Theory]
    [InlineData("Interlocked.Increment(ref s_value)", "s_value", RaceVerdictKind.Clean)]
    [InlineData("Interlocked.Increment(ref s_value)", "s_value++", RaceVerdictKind.Violation)]
    [InlineData("{ while (true) { Thread.Sleep(10); Interlocked.Increment(ref s_value); } }", "s_value++", RaceVerdictKind.Violation)]
    public void A_thread_started_in_a_static_constructor_ends_in_a_verdict(string work, string call, RaceVerdictKind expected)
    {
        var verdict = Race($"private static int s_value; static Sample() {{ new Thread(() => {work}).Start(); }} public int Go() => {call};");
        Assert.True(verdict.Kind == expected, verdict.ToString());
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
        // Work for the pool that is handed over by reflection, which nobody controls.
        var code = Compiled.Weave("public class Sample { public async Task<int> Go() { var told = new TaskCompletionSource<int>(); typeof(ThreadPool).GetMethod(\"QueueUserWorkItem\", [typeof(WaitCallback)])!.Invoke(null, [new WaitCallback(_ => { Thread.Sleep(50); told.SetResult(1); })]); return await told.Task; } }");
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
