using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class CallbackUnderLockTests : RuleTests<CallbackUnderLock, CallbackUnderLockFix>
{
    [Fact]
    public Task An_event_raised_in_a_lock_statement_is_flagged() => Flags(In("public void M() { lock (_gate) { _n++; Changed?[|.Invoke(this, EventArgs.Empty)|]; } }"),
        messages: ["'Changed' runs its subscribers while '_gate' is held; code that needs '_gate' on another thread, and is waited for there, never returns"]);

    [Fact]
    public Task A_delegate_handed_in_is_flagged() => Flags(In("readonly Func<int, string> _name = n => n.ToString(); public void M(Action work) { lock (_gate) { [|work()|]; _n = [|_name(3)|].Length; } }"));

    [Fact]
    public Task A_hook_for_subclasses_and_an_observer_are_flagged() => Flags(In("protected virtual void OnChanged() { } public void M(IObserver<int> o) { lock (_gate) { [|OnChanged()|]; [|o.OnNext(_n)|]; } }"));

    [Fact]
    public Task An_event_raised_by_a_helper_under_the_lock_is_flagged() => Flags(In("public void M() { lock (_gate) { _n++; Raise(); } } void Raise() => Changed?[|.Invoke(this, EventArgs.Empty)|];"));

    [Fact]
    public Task Cancel_under_a_lock_is_a_warning() => Flags(In("readonly CancellationTokenSource _stop = new(); public void M() { lock (_gate) { [|_stop.Cancel()|]; } }"),
        severity: DiagnosticSeverity.Warning,
        messages: ["'Cancel' runs the callbacks registered with its token while '_gate' is held; code that needs '_gate' on another thread, and is waited for there, never returns"]);

    [Fact]
    public Task Disposal_of_a_registration_under_a_lock_is_a_warning() => Flags(In("CancellationTokenRegistration _on; public void M(CancellationToken t) { lock (_gate) { [|_on.Dispose()|]; _on = t.Register(() => { }); } }"),
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task Completion_under_a_lock_is_a_warning() => Flags(In("TaskCompletionSource<int> _done = new(); public void M() { lock (_gate) { [|_done.TrySetResult(1)|]; _done = new(); } } public void N() { Monitor.Enter(_gate); try { var done = _done; [|_done.SetCanceled()|]; } finally { Monitor.Exit(_gate); } }"),
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task Disposal_of_a_strangers_object_under_a_lock_is_a_warning() => Flags(In("IDisposable? _lease; public void Set(IDisposable lease) { lock (_gate) { _lease?[|.Dispose()|]; _lease = lease; } }"),
        severity: DiagnosticSeverity.Warning);

    [Fact]
    public Task Cancel_under_each_other_lock_is_a_warning() => Flags(In(
        """
        readonly CancellationTokenSource _stop = new();
        public void A() { _sem.Wait(); try { [|_stop.Cancel()|]; } finally { _sem.Release(); } }
        public async Task B() { await _sem.WaitAsync(); try { [|_stop.Cancel()|]; } finally { _sem.Release(); } }
        public void D() { using (_lock.EnterScope()) [|_stop.Cancel()|]; }
        public void E() { lock (_lock) [|_stop.Cancel()|]; }
        """),
        severity: DiagnosticSeverity.Warning);

    [Theory]
    [InlineData("Event_after_the_lock", "public void M() { EventHandler? changed; lock (_gate) { _n++; changed = Changed; } changed?.Invoke(this, EventArgs.Empty); }")]
    [InlineData("Own_private_method", "public void M() { lock (_gate) { Count(); } } void Count() => _n++;")]
    [InlineData("Own_lambda", "public void M() { Func<int> twice = () => _n * 2; lock (_gate) { _n = twice(); } }")]
    [InlineData("Comparison", "readonly Comparison<int> _order = (a, b) => a - b; public void M() { lock (_gate) { _n = _order(1, 2); } }")]
    [InlineData("Clock_and_condition", "readonly Func<DateTime> _now = () => default; public void M(Func<int, bool> wanted) { lock (_gate) { if (wanted(_n)) _n = _now().Day; } }")]
    [InlineData("Known_interface_disposed", "System.Buffers.IMemoryOwner<byte>? _memory; public void M(System.Buffers.IMemoryOwner<byte> m) { lock (_gate) { _memory?.Dispose(); _memory = m; } }")]
    [InlineData("Parameter_of_a_private_method", "public void M() { lock (_gate) { With(() => _n++); } } void With(Func<int> work) => work();")]
    [InlineData("Async_continuations", "readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously); public void M() { lock (_gate) { _done.TrySetResult(); } }")]
    [InlineData("Comparer", "public int M(IComparer<int> by) { lock (_gate) { return by.Compare(_n, 1); } }")]
    [InlineData("Logger", "public void M(Microsoft.Extensions.Logging.ILogger log) { lock (_gate) { log.Log(Microsoft.Extensions.Logging.LogLevel.Debug, 1, _n, null, (n, e) => \"\"); } }")]
    [InlineData("Own_logger", "public interface IEventLog { void Write(string line); } public void M(IEventLog log) { lock (_gate) { log.Write(\"x\"); } }")]
    [InlineData("Collection", "readonly ICollection<int> _all = new List<int>(); public void M() { lock (_gate) { _all.Add(_n); } }")]
    [InlineData("Question", "public interface IRates { int Of(int n); } public int M(IRates rates) { lock (_gate) { return rates.Of(_n); } }")]
    [InlineData("Internal_interface", "internal interface IPart { void Fill(); } internal void M(IPart part) { lock (_gate) { part.Fill(); } }")]
    [InlineData("Implemented_here", "public interface IPart { void Fill(); } sealed class Part : IPart { public void Fill() { } } public void M(IPart part) { lock (_gate) { part.Fill(); } }")]
    [InlineData("Source_of_unknown_make", "public void M(TaskCompletionSource done) { lock (_gate) { done.TrySetResult(); } }")]
    [InlineData("CancelAsync", "readonly CancellationTokenSource _stop = new(); public void M() { lock (_gate) { _ = _stop.CancelAsync(); } }")]
    [InlineData("CancelAfter", "readonly CancellationTokenSource _stop = new(); public void M() { lock (_gate) { _stop.CancelAfter(5); } }")]
    [InlineData("Cancel_after_the_lock", "CancellationTokenSource _stop = new(); public void M() { CancellationTokenSource old; lock (_gate) { old = _stop; _stop = new(); } old.Cancel(); }")]
    [InlineData("Own_object_disposed", "IDisposable? _file; public void Open(string p) { lock (_gate) { _file?.Dispose(); _file = new FileStream(p, FileMode.Open); } }")]
    [InlineData("Known_class_disposed", "MemoryStream _memory = new(); public void M() { lock (_gate) { _memory.Dispose(); _memory = new(); } }")]
    [InlineData("ToString_and_Equals", "public string M(object o) { lock (_gate) { return o.Equals(_gate) ? o.ToString()! : \"\"; } }")]
    [InlineData("Later", "public void M() { lock (_gate) { Task.Run(() => Changed?.Invoke(this, EventArgs.Empty)); } }")]
    [InlineData("Counting_semaphore", "readonly SemaphoreSlim _four = new(4); readonly CancellationTokenSource _stop = new(); public void M() { _four.Wait(); try { _stop.Cancel(); } finally { _four.Release(); } }")]
    [InlineData("Reader", "readonly ReaderWriterLockSlim _rw = new(); public void M() { _rw.EnterReadLock(); try { Changed?.Invoke(this, EventArgs.Empty); } finally { _rw.ExitReadLock(); } }")]
    public Task Code_that_no_stranger_runs_under_the_lock_is_ignored(string shape, string member)
    {
        Assert.NotEmpty(shape);
        return Ignores(
            In(member));
    }

    [Fact]
    public Task An_interface_that_others_implement_is_flagged() => Flags(
        """
        public interface IListener { void OnChanged(int n); }
        public class Feed(IListener listener, IProgress<int> progress)
        {
            private readonly object _gate = new();
            private readonly IListener _kept = listener;
            private int _n;
            public void M() { lock (_gate) { _n++; [|_kept.OnChanged(_n)|]; [|progress.Report(_n)|]; } }
            public void N(IListener other) { lock (_gate) [|other.OnChanged(_n)|]; _kept.OnChanged(3); }
        }
        """,
        messages:
        [
            "'OnChanged' runs whatever implements 'IListener' while '_gate' is held; code that needs '_gate' on another thread, and is waited for there, never returns",
            "'Report' runs whatever implements 'IProgress' while '_gate' is held; code that needs '_gate' on another thread, and is waited for there, never returns",
            "'OnChanged' runs whatever implements 'IListener' while '_gate' is held; code that needs '_gate' on another thread, and is waited for there, never returns",
        ]);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        In("public void M() { lock (_gate) { Changed?. } }"), allowErrors: true);

    [Fact]
    public Task The_delegate_is_copied_and_invoked_after_the_lock() => Fixes(
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public event EventHandler? Changed;
            public void Add(int units)
            {
                lock (_gate)
                {
                    _n += units;
                    Changed?[|.Invoke(this, EventArgs.Empty)|];
                }
                Console.WriteLine("added");
            }
        }
        """,
        """
        class C
        {
            readonly object _gate = new();
            int _n;
            public event EventHandler? Changed;
            public void Add(int units)
            {
                EventHandler? changed;
                lock (_gate)
                {
                    _n += units;
                    changed = Changed;
                }
                changed?.Invoke(this, EventArgs.Empty);
                Console.WriteLine("added");
            }
        }
        """,
        title: "Copy the delegate and invoke it after the lock");

    [Fact]
    public Task A_call_with_guarded_state_is_left_to_the_author() => Fixes(
        In("readonly Action<int> _on = _ => { }; public void M() { lock (_gate) { _n++; [|_on(_n)|]; } }"),
        In("readonly Action<int> _on = _ => { }; public void M() { lock (_gate) { _n++; [|_on(_n)|]; } }"));

    [Fact]
    public Task A_cancel_behind_a_lock_of_its_own_is_a_suggestion() => Flags(
        In("readonly CancellationTokenSource _stopping = new(); public void Stop() { lock (_stopping) { [|_stopping.Cancel()|]; } }"),
        severity: DiagnosticSeverity.Info);

    [Theory]
    [InlineData("readonly CancellationTokenSource _stopping = new(); public void Stop() { lock (_stopping) { [|_stopping.Cancel()|]; } } public void Add() { lock (_stopping) { _n++; } }")]
    [InlineData("readonly CancellationTokenSource _stopping = new(); readonly object _own = new(); public void Stop() { lock (_own) { [|_stopping.Cancel()|]; } }")]
    public Task A_cancel_under_a_lock_for_more_is_flagged(string member) => Flags(In(member), severity: DiagnosticSeverity.Warning);

    private static string In(string member) =>
        """
        public class C
        {
            readonly object _gate = new();
            readonly Lock _lock = new();
            readonly SemaphoreSlim _sem = new(1, 1);
            int _n;
            public event EventHandler? Changed;

            MEMBER
        }
        """.Replace("MEMBER", member, StringComparison.Ordinal);

    [Fact]
    public Task Disposing_what_others_handed_in_is_flagged() => Flags(
        """
        class Subscriptions
        {
            private readonly object _gate = new();
            private readonly List<IDisposable> _given = [];
            private readonly List<IDisposable> _own = [];
            public void Add(IDisposable subscription) { lock (_gate) _given.Add(subscription); }
            public void Make() { lock (_gate) _own.Add(new MemoryStream()); }
            public void Clear()
            {
                lock (_gate)
                {
                    foreach (var subscription in _given)
                        [|subscription.Dispose()|];
                    foreach (var made in _own)
                        made.Dispose();
                }
            }
        }
        """,
        severity: DiagnosticSeverity.Warning);
}
