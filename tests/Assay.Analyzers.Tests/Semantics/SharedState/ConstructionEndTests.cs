using Assay.Analyzers.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Semantics.SharedState;

/// <summary>How long a constructor is alone with its object, and where life ends.</summary>
public sealed class ConstructionEndTests : RuleTests<UnguardedAccess>
{
    private static string Counter(string member) => $$"""
        class Counter
        {
            private readonly object _gate = new();
            private readonly List<int> _items = [];
            private int _n;
            public void Add() { lock (_gate) { _n++; _items.Add(1); } }
            public void Sub() { lock (_gate) { _n--; _items.Remove(1); } }
            public int Get() { lock (_gate) { return _n + _items.Sum(); } }
            private void Tick(object? state) => Add();
        {{member}}
        }
        """;

    [Fact]
    public Task A_write_after_the_timer_has_started_is_flagged() => Flags(
        Counter("    public Counter() { _ = new Timer(Tick, null, 0, 1000); [|_n|] = 5; }"));

    [Fact]
    public Task A_write_after_the_task_has_started_is_flagged() => Flags(
        Counter("    public Counter() { Task.Run(Add); [|_items|].Add(5); }"));

    [Fact]
    public Task A_write_after_the_thread_has_started_is_flagged() => Flags(
        Counter("    public Counter() { var worker = new Thread(Add); worker.Start(); [|_n|] = 5; }"));

    [Fact]
    public Task A_write_after_a_subscription_to_an_object_of_others_is_flagged() => Flags(
        Counter("    public Counter(System.Diagnostics.Process process) { process.Exited += OnExited; [|_n|] = 5; } void OnExited(object? s, EventArgs e) => Add();"));

    [Fact]
    public Task A_write_after_a_subscription_to_a_static_event_is_flagged() => Flags(
        Counter("    public Counter() { AppDomain.CurrentDomain.ProcessExit += (_, _) => Add(); Console.CancelKeyPress += (_, _) => Add(); [|_n|] = 5; }"));

    [Fact]
    public Task A_write_after_a_callback_was_registered_is_flagged() => Flags(
        Counter("    public Counter(CancellationToken stop) { stop.Register(() => Add()); [|_n|] = 5; }"));

    [Fact]
    public Task A_write_after_a_callback_was_left_with_a_kept_object_is_flagged() => Flags(
        Counter("    private readonly Hub _hub; public Counter(Hub hub) { _hub = hub; _hub.On(Add); [|_n|] = 5; }")
        + " class Hub { private readonly List<Action> _all = []; public void On(Action action) => _all.Add(action); }");

    [Fact]
    public Task A_write_after_a_subscription_to_its_own_event_or_its_own_object_is_ignored() => Ignores(
        Counter("    public event EventHandler? Changed; private readonly System.Timers.Timer _timer = new(50); public Counter() { Changed += (_, _) => Add(); _timer.Elapsed += (_, _) => Add(); _n = 5; _timer.Start(); }"));

    [Fact]
    public Task A_write_after_a_subscription_that_knows_nothing_of_the_object_is_ignored() => Ignores(
        Counter("    public Counter(System.Diagnostics.Process process) { process.Exited += (_, _) => Console.WriteLine(); _n = 5; }"));

    [Fact]
    public Task A_write_after_a_lambda_that_ran_at_once_is_ignored() => Ignores(
        Counter("    public Counter(List<int> all) { all.ForEach(i => Add()); all.RemoveAll(i => Get() > i); _n = 5; }"));

    [Fact]
    public Task A_write_before_the_timer_starts_is_ignored() => Ignores(
        Counter("    public Counter() { _n = 5; _items.Add(5); _ = new Timer(Tick, null, 0, 1000); }"));

    [Fact]
    public Task A_write_after_a_timer_that_waits_is_ignored() => Ignores(
        Counter("    public Counter() { _ = new Timer(Tick, null, Timeout.Infinite, Timeout.Infinite); _n = 5; }"));

    [Fact]
    public Task A_write_after_a_task_that_knows_nothing_of_the_object_is_ignored() => Ignores(
        Counter("    public Counter() { Task.Run(() => Console.WriteLine()); _n = 5; }"));

    [Fact]
    public Task A_write_after_a_thread_was_made_is_ignored() => Ignores(
        Counter("    public Counter() { var worker = new Thread(Add); _n = 5; worker.Start(); }"));

    [Fact]
    public Task A_write_in_the_tear_down_is_a_suggestion() => Flags(
        Counter("    public void TearDown() { [|_n|] = 0; }"),
        severity: DiagnosticSeverity.Info);
}
