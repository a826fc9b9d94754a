using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Semantics.SharedState;

/// <summary>When the receiver of a lambda runs it, and so which locks of the place where it is written it holds.</summary>
public sealed class DelegateUseTests : RuleTests<UnguardedAccess>
{
    [Theory]
    [InlineData("List", "new List<int>().ForEach(i => _n = i);")]
    [InlineData("Array", "Array.ForEach(new int[3], i => _n = i);")]
    [InlineData("Linq_read_at_once", "_ = new int[3].Any(i => (_n = i) > 0);")]
    [InlineData("Linq_read_by_the_next", "_ = new int[3].Where(i => (_n = i) > 0).Select(i => i).ToList();")]
    [InlineData("Linq_in_a_foreach", "foreach (var one in new int[3].Where(i => (_n = i) > 0)) { }")]
    [InlineData("Linq_in_a_query", "_ = (from i in new int[3] where (_n = i) > 0 select i).Sum();")]
    [InlineData("Linq_joined", "_ = string.Join(\",\", new int[3].Select(i => _n = i));")]
    [InlineData("Linq_added", "new List<int>().AddRange(new int[3].Select(i => _n = i));")]
    [InlineData("Linq_kept_in_a_local", "var all = new int[3].Select(i => _n = i); foreach (var one in all) { } _ = all.Count();")]
    [InlineData("ConcurrentDictionary", "new System.Collections.Concurrent.ConcurrentDictionary<int, int>().GetOrAdd(1, i => _n = i);")]
    [InlineData("ImmutableInterlocked", "System.Collections.Immutable.ImmutableInterlocked.Update(ref _all, l => { _n = 1; return l; });")]
    [InlineData("LazyInitializer", "object? made = null; System.Threading.LazyInitializer.EnsureInitialized(ref made, () => { _n = 1; return new object(); });")]
    [InlineData("Regex", "_ = System.Text.RegularExpressions.Regex.Replace(\"a\", \"b\", m => { _n = 1; return \"\"; });")]
    [InlineData("Own_function_that_runs_it", "Run(() => _n = 1);")]
    [InlineData("Own_function_that_hands_it_on", "RunTwice(() => _n = 1);")]
    [InlineData("Own_extension_that_runs_it", "new int[3].Each(i => _n = i);")]
    public Task Lambdas_run_at_once_hold_the_lock_and_are_ignored_but_flagged_without(string shape, string use)
    {
        Assert.NotEmpty(shape);
        return Flags(In($"public void M() {{ lock (_gate) {{ {use} }} }} public void Free() {{ {Marked(use)} }}"));
    }

    [Theory]
    [InlineData("Task_Run", "Task.Run(() => { _n = 1; });")]
    [InlineData("StartNew", "Task.Factory.StartNew(() => { _n = 1; });")]
    [InlineData("Task_made", "new Task(() => { _n = 1; }).Start();")]
    [InlineData("ContinueWith", "Task.CompletedTask.ContinueWith(t => { _n = 1; });")]
    [InlineData("ContinueWhenAll", "Task.Factory.ContinueWhenAll(new Task[1], t => { _n = 1; });")]
    [InlineData("ThreadPool", "ThreadPool.QueueUserWorkItem(_ => { _n = 1; });")]
    [InlineData("Registered_wait", "ThreadPool.RegisterWaitForSingleObject(new ManualResetEvent(false), (_, _) => { _n = 1; }, null, 5, true);")]
    [InlineData("Thread", "new Thread(() => { _n = 1; }).Start();")]
    [InlineData("Timer", "_ = new System.Threading.Timer(_ => { _n = 1; }, null, 1, 1);")]
    [InlineData("TimeProvider", "TimeProvider.System.CreateTimer(_ => { _n = 1; }, null, TimeSpan.Zero, TimeSpan.Zero);")]
    [InlineData("Parallel_Invoke", "Parallel.Invoke(() => { _n = 1; });")]
    [InlineData("Parallel_ForEachAsync", "Parallel.ForEachAsync(new int[3], async (i, stop) => { _n = i; await Task.Yield(); });")]
    [InlineData("PLINQ", "new int[3].AsParallel().ForAll(i => { _n = i; });")]
    [InlineData("Post", "new SynchronizationContext().Post(_ => { _n = 1; }, null);")]
    [InlineData("Own_function_that_starts_it", "Start(() => { _n = 1; });")]
    [InlineData("Own_function_that_wraps_it", "Wrap(() => { _n = 1; });")]
    public Task Lambdas_on_other_threads_hold_nothing_and_are_flagged(string shape, string use)
    {
        Assert.NotEmpty(shape);
        return Flags(In($"public void M() {{ lock (_gate) {{ {Marked(use)} }} }}"));
    }

    [Theory]
    [InlineData("ContinueWith_inline", "Task.CompletedTask.ContinueWith(t => { _n = 1; }, TaskContinuationOptions.ExecuteSynchronously);")]
    [InlineData("Register", "new CancellationToken().Register(() => { _n = 1; });")]
    [InlineData("Lazy", "_ = new Lazy<int>(() => _n = 1);")]
    [InlineData("Event", "AppDomain.CurrentDomain.ProcessExit += (_, _) => { _n = 1; };")]
    [InlineData("Timer_event", "new System.Timers.Timer().Elapsed += (_, _) => { _n = 1; };")]
    [InlineData("List_of_delegates", "new List<Action>().Add(() => { _n = 1; });")]
    [InlineData("Channel", "System.Threading.Channels.Channel.CreateBounded<int>(new System.Threading.Channels.BoundedChannelOptions(3), i => { _n = i; });")]
    [InlineData("Linq_returned", "_later = new int[3].Where(i => (_n = i) > 0);")]
    [InlineData("Linq_local_returned", "var all = new int[3].Where(i => (_n = i) > 0); _later = all;")]
    [InlineData("Stored", "_kept = () => { _n = 1; };")]
    [InlineData("Own_function_that_stores_it", "Keep(() => { _n = 1; });")]
    [InlineData("Own_function_that_runs_it_under_a_lock", "Locked(() => { _n = 1; });")]
    [InlineData("Own_function_that_does_both", "Both(() => { _n = 1; });")]
    [InlineData("Own_virtual_function", "Hook(() => { _n = 1; });")]
    [InlineData("Own_function_that_awaits_first", "_ = RunLater(() => { _n = 1; });")]
    [InlineData("Own_iterator", "_ = Steps(() => { _n = 1; });")]
    [InlineData("Own_type_by_the_name_of_a_known_one", "Own.Task.Run(() => { _n = 1; });")]
    public Task Lambdas_of_unknown_use_are_ignored_with_and_without_the_lock(string shape, string use)
    {
        Assert.NotEmpty(shape);
        return Ignores(
            In($"public void M() {{ lock (_gate) {{ {use} }} }} public void Free() {{ {use} }}"));
    }

    [Fact]
    public Task A_delegate_that_is_run_in_a_loop_of_callees_is_ignored() => Ignores(
        In("public void M() { A(() => _n = 1); } void A(Action a) => B(a); void B(Action a) => A(a);"));

    private static string Marked(string use) => use.Replace("_n", "[|_n|]", StringComparison.Ordinal);

    private static string In(string members) => $$"""
        public class Counter
        {
            private readonly object _gate = new();
            private int _n;
            private System.Collections.Immutable.ImmutableList<int> _all = [];
            private object? _later;
            private Action? _kept;
            public void Add() { lock (_gate) _n++; }
            public void Sub() { lock (_gate) _n--; }
            public int Get() { lock (_gate) return _n; }
            public int Twice() { lock (_gate) return _n * 2; }
            public int Thrice() { lock (_gate) return _n * 3; }
            {{members}}

            private static void Run(Action action) { if (action is null) throw new ArgumentNullException(nameof(action)); action(); }
            private static void RunTwice(Action action) { Run(action); action?.Invoke(); }
            private static void Start(Action action) => Task.Run(action);
            private static void Wrap(Action action) => Task.Run(() => action());
            private void Keep(Action action) => _kept = action;
            private readonly object _own = new();
            private void Locked(Action action) { lock (_own) action(); }
            private static void Both(Action action) { action(); Task.Run(action); }
            protected virtual void Hook(Action action) => action();
            private static async Task RunLater(Action action) { await Task.Yield(); action(); }
            private static IEnumerable<int> Steps(Action action) { action(); yield return 1; }
        }
        internal static class Sequences
        {
            public static void Each(this int[] all, Action<int> action) { foreach (var one in all) action(one); }
        }
        """ + "\nnamespace Own { internal static class Task { public static Action? Kept; public static void Run(Action action) => Kept = action; } }";
}
