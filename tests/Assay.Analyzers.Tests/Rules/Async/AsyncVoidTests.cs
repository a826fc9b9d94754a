using Assay.Analyzers.Rules.Async;
using Assay.CodeFixes.Rules.Async;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.Async;

public sealed class AsyncVoidTests : RuleTests<AsyncVoid, AsyncVoidFix>
{
    [Fact]
    public Task Methods_and_local_functions_are_flagged() => Flags(
        """
        class Orders
        {
            public async void [|SaveAsync|](string id) => await Task.Delay(1);
            static async void [|Send|]()
            {
                await Task.Yield();
                Inner();
                async void [|Inner|]() { await Task.Delay(1); }
            }
            private async void [|Generic|]<T>(T value) where T : class { await Task.Delay(1); }
        }
        struct S { async void [|M|]() => await Task.Delay(1); }
        record R { async void [|M|]() { await Task.Delay(1); throw new Exception(); } }
        interface I { async void [|Default|]() => await Task.Delay(1); }
        """,
        messages:
        [
            "'SaveAsync' is async void: no caller can wait for it, and an exception in it ends the process",
            "'Send' is async void: no caller can wait for it, and an exception in it ends the process",
            "'Inner' is async void: no caller can wait for it, and an exception in it ends the process",
            "'Generic' is async void: no caller can wait for it, and an exception in it ends the process",
            "'M' is async void: no caller can wait for it, and an exception in it ends the process",
            "'M' is async void: no caller can wait for it, and an exception in it ends the process",
            "'Default' is async void: no caller can wait for it, and an exception in it ends the process",
        ]);

    [Fact]
    public Task A_local_function_of_a_program_is_flagged() => Flags(
        """
        await Task.Delay(1);
        Import();
        async void [|Import|]() => await Task.Delay(1);
        """);

    [Fact]
    public Task Async_lambdas_given_to_loops_are_flagged() => Flags(
        """
        class C
        {
            void M(List<string> items, int[] numbers)
            {
                Parallel.ForEach(items, [|async|] item => await Task.Delay(1));
                Parallel.ForEach(items, new ParallelOptions(), [|async|] (item, state) => { await Task.Delay(1); });
                Parallel.For(0, 10, [|async|] i => await Task.Delay(i));
                Parallel.Invoke([|async|] () => await Task.Delay(1), [|async|] () => await Task.Delay(2));
                items.ForEach([|async|] item => await Task.Delay(1));
                Array.ForEach(numbers, [|async|] delegate (int n) { await Task.Delay(n); });
                items.AsParallel().ForAll([|async|] item => await Task.Delay(1));
            }
        }
        """,
        messages:
        [
            "This async lambda is async void: 'Parallel.ForEach' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'Parallel.ForEach' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'Parallel.For' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'Parallel.Invoke' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'Parallel.Invoke' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'List.ForEach' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'Array.ForEach' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'ParallelEnumerable.ForAll' does not wait for it, and an exception in it ends the process",
        ]);

    [Fact]
    public Task Async_lambdas_given_to_timers_pools_and_registrations_are_flagged() => Flags(
        """
        class C
        {
            Timer _timer = new Timer([|async|] _ => await Task.Delay(1));
            void M(CancellationToken token, SynchronizationContext context)
            {
                ThreadPool.QueueUserWorkItem([|async|] _ => await Task.Delay(1));
                using var registration = token.Register([|async|] () => await Task.Delay(1));
                context.Post([|async|] state => await Task.Delay(1), null);
                new Thread([|async|] () => await Task.Delay(1)).Start();
                var progress = new Progress<int>([|async|] static percent => await Task.Delay(percent));
                Timer timer = new([|async|] (object? state) => { await Task.Delay(1); });
            }
        }
        """,
        messages:
        [
            "This async lambda is async void: 'new Timer' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'ThreadPool.QueueUserWorkItem' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'CancellationToken.Register' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'SynchronizationContext.Post' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'new Thread' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'new Progress' does not wait for it, and an exception in it ends the process",
            "This async lambda is async void: 'new Timer' does not wait for it, and an exception in it ends the process",
        ]);

    [Fact]
    public Task Async_lambdas_kept_as_void_delegates_are_flagged() => Flags(
        """
        delegate void Step(int number);
        class C
        {
            Action _field = [|async|] () => await Task.Delay(1);
            Action<int> Property { get; } = [|async|] n => await Task.Delay(n);
            Action Make(bool b) => b ? [|async|] () => await Task.Delay(1) : () => { };
            void M()
            {
                Step step = [|async|] number => await Task.Delay(number);
                step += [|async|] number => await Task.Delay(number);
                var cast = (Action)([|async|] () => await Task.Delay(1));
                Action[] all = [[|async|] () => await Task.Delay(1)];
                var map = new Dictionary<string, Action> { ["x"] = [|async|] () => await Task.Delay(1) };
            }
        }
        """,
        messages:
        [
            "This async lambda is async void: whoever calls the 'Action' cannot wait for it, and an exception in it ends the process",
            "This async lambda is async void: whoever calls the 'Action' cannot wait for it, and an exception in it ends the process",
            "This async lambda is async void: whoever calls the 'Action' cannot wait for it, and an exception in it ends the process",
            "This async lambda is async void: whoever calls the 'Step' cannot wait for it, and an exception in it ends the process",
            "This async lambda is async void: whoever calls the 'Step' cannot wait for it, and an exception in it ends the process",
            "This async lambda is async void: whoever calls the 'Action' cannot wait for it, and an exception in it ends the process",
            "This async lambda is async void: whoever calls the 'Action' cannot wait for it, and an exception in it ends the process",
            "This async lambda is async void: whoever calls the 'Action' cannot wait for it, and an exception in it ends the process",
        ]);

    [Fact]
    public Task An_assertion_that_takes_a_void_delegate_is_flagged() => Flags(
        """
        static class Assert { public static T Throws<T>(Action action) where T : Exception { action(); return null!; } }
        class Tests { void M() => Assert.Throws<InvalidOperationException>([|async|] () => await Task.Delay(1)); }
        """);

    [Fact]
    public Task A_method_given_as_timer_callback_is_flagged() => Flags(
        """
        class C
        {
            readonly Timer _timer;
            public event Action? Changed;
            public C() { _timer = new Timer(Tick); Changed += Other; }
            async void [|Tick|](object? state) { await Task.Delay(1); }
            void Other() { }
            // Named like a handler, subscribed nowhere, and a handler of nothing.
            async void [|OnChanged|]() => await Task.Delay(1);
            async void [|Handle|](Exception sender, string e) => await Task.Delay(1);
        }
        """);

    [Fact]
    public Task Code_in_C_sharp_7_is_flagged() => Flags(
        """
        using System; using System.Threading.Tasks;
        class C
        {
            async void [|M|]() { await Task.Delay(1); Action a = [|async|] delegate { await Task.Delay(1); }; }
        }
        """,
        languageVersion: LanguageVersion.CSharp7);

    [Fact]
    public Task A_loop_whose_bodies_catch_everything_is_flagged_because_it_ends_too_early() => Flags(
        """
        class C
        {
            void M(List<string> items) => items.ForEach([|async|] item =>
            {
                try { await Task.Delay(1); } catch (Exception e) { Console.WriteLine(e); }
            });
        }
        """);

    [Fact]
    public Task Overrides_and_implementations_of_void_members_are_flagged_as_suggestions() => Flags(
        """
        abstract class Page { protected abstract void OnAppearing(); public virtual void Refresh() { } }
        interface IStartable { void Start(); void Stop(); }
        partial class Shop : Page, IStartable
        {
            protected override async void [|OnAppearing|]() => await Task.Delay(1);
            public override async void [|Refresh|]() => await Task.Delay(1);
            public async void [|Start|]() => await Task.Delay(1);
            async void IStartable.[|Stop|]() => await Task.Delay(1);
            partial void OnNameChanged(string name);
            async partial void [|OnNameChanged|](string name) => await Task.Delay(1);
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Code_that_catches_all_its_exceptions_is_flagged_as_a_suggestion() => Flags(
        """
        class C
        {
            async void [|Refresh|]()
            {
                try { await Task.Delay(1); }
                catch (Exception e) { Console.WriteLine(e); }
            }
            async void [|Logged|](Microsoft.Extensions.Logging.ILogger logger)
            {
                await Task.Yield();
                Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(logger, "start");
                try { await Task.Delay(1); }
                catch (Exception) { }
            }
            Timer _timer = new([|async|] _ =>
            {
                try { await Task.Delay(1); }
                catch { }
            });
            async Task Careful() { try { await Task.Delay(1); } catch { } }
            Timer Start() => new([|async|] _ => await Careful().ConfigureAwait(false));
        }
        """,
        messages:
        [
            "'Refresh' is async void: no caller can wait for it",
            "'Logged' is async void: no caller can wait for it",
            "This async lambda is async void: 'new Timer' does not wait for it",
            "This async lambda is async void: 'new Timer' does not wait for it",
        ],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_catch_that_lets_something_out_is_flagged() => Flags(
        """
        class C
        {
            async void [|Filtered|]() { try { await Task.Delay(1); } catch (Exception e) when (e is not OperationCanceledException) { } }
            async void [|Narrow|]() { try { await Task.Delay(1); } catch (IOException) { } }
            async void [|Rethrown|]() { try { await Task.Delay(1); } catch (Exception) { throw; } }
            async void [|Outside|]() { await Task.Delay(1); try { await Task.Delay(1); } catch (Exception) { } }
            async void [|Finally|]() { try { await Task.Delay(1); } finally { Console.WriteLine(); } }
        }
        """);

    [Fact]
    public Task Commands_made_of_async_lambdas_are_flagged_as_suggestions() => Flags(
        """
        using System.Windows.Input;
        class RelayCommand(Action run) : ICommand
        {
            public event EventHandler? CanExecuteChanged { add { } remove { } }
            public bool CanExecute(object? parameter) => true;
            public void Execute(object? parameter) => run();
        }
        class Model { ICommand Save { get; } = new RelayCommand([|async|] () => await Task.Delay(1)); }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_post_to_a_pump_of_the_same_program_is_flagged_as_a_suggestion() => Flags(
        """
        class Pump : SynchronizationContext { public override void Post(SendOrPostCallback d, object? state) => d(state); }
        class C { void M(Pump pump) => pump.Post([|async|] _ => await Task.Delay(1), null); }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Event_handlers_by_signature_are_ignored() => Ignores(
        """
        class StockEventArgs : EventArgs { }
        struct RoutedEventArgs { }
        class C
        {
            async void OnLoaded(object sender, EventArgs e) => await Task.Delay(1);
            async void OnStock(object? sender, StockEventArgs e) => await Task.Delay(1);
            async void OnClick(object sender, RoutedEventArgs e) => await Task.Delay(1);
            async void OnAny<TEventArgs>(object sender, TEventArgs e) where TEventArgs : EventArgs => await Task.Delay(1);
            void M() { async void Local(object? s, UnhandledExceptionEventArgs e) => await Task.Delay(1); }
        }
        """);

    [Fact]
    public Task Methods_subscribed_to_an_event_are_ignored() => Ignores(
        """
        delegate void Moved(int x, int y);
        class Source
        {
            public event Action? Changed;
            public event Action<string>? Renamed;
            public static event Moved? Moved;
            protected event Action<int>? Counted;
        }
        class View : Source
        {
            View(Source source)
            {
                source.Changed += OnChanged;
                source.Renamed += this.OnRenamed<string>;
                Moved += new Moved(OnMoved);
                Counted += (Action<int>)(OnCounted);
                Action handler = OnLater;
                source.Changed += handler;
                source.Changed += Local;
                async void Local() => await Task.Delay(1);
            }
            async void OnChanged() => await Task.Delay(1);
            async void OnRenamed<T>(T name) => await Task.Delay(1);
            async void OnMoved(int x, int y) => await Task.Delay(1);
            async void OnCounted(int n) => await Task.Delay(1);
            async void OnLater() => await Task.Delay(1);
        }
        """);

    [Fact]
    public Task Methods_subscribed_in_another_file_or_part_are_ignored() => Ignores(
        """
        class View { public async void OnChanged() => await Task.Delay(1); }
        partial class Window { async void OnClosed(string reason) => await Task.Delay(1); }
        // ==== Wiring.cs
        class Source { public event Action? Changed; public void Wire(View view) => Changed += view.OnChanged; }
        // ==== Window.Designer.cs
        partial class Window { event Action<string>? Closed; void Wire() { this.Closed += this.OnClosed; } }
        """);

    [Fact]
    public Task A_method_of_the_same_name_subscribed_elsewhere_is_flagged() => Flags(
        """
        class Other { public event Action? Changed; public void Wire() => Changed += OnChanged; void OnChanged() { } }
        class View { public async void [|OnChanged|]() => await Task.Delay(1); }
        """);

    [Fact]
    public Task Delegates_of_a_type_that_events_have_are_ignored() => Ignores(
        """
        using System.ComponentModel;
        delegate void Moved(int x, int y);
        delegate void Routed(C sender, RoutedEventArgs e);
        class RoutedEventArgs { }
        class C
        {
            public event Moved? Happened;
            void Add(Moved handler) => Happened += handler;
            void Route(Routed handler) { }
            void M()
            {
                Add(OnMoved);
                Add(async (x, y) => await Task.Delay(x));
                Route(async (s, e) => await Task.Delay(1));
                EventHandler load = async (s, e) => await Task.Delay(1);
                PropertyChangedEventHandler changed = async delegate { await Task.Delay(1); };
                EventHandler<string> named = async (s, e) => await Task.Delay(1);
            }
            async void OnMoved(int x, int y) => await Task.Delay(x);
        }
        """);

    [Fact]
    public Task Lambdas_subscribed_to_an_event_are_ignored() => Ignores(
        """
        class C
        {
            public event Action? Changed;
            public event Action<int>? Counted;
            Action? _kept;
            void M(System.Timers.Timer timer)
            {
                timer.Elapsed += async (s, e) => await Task.Delay(1);
                Changed += async () => await Task.Delay(1);
                Counted += (async n => await Task.Delay(n));
                Action handler = async () => await Task.Delay(1);
                Changed += handler;
                _kept = async () => await Task.Delay(1);
                Changed += _kept;
                Console.CancelKeyPress += async delegate { await Task.Delay(1); };
            }
        }
        """);

    [Fact]
    public Task A_lambda_only_unsubscribed_is_flagged() => Flags(
        """
        class C
        {
            public event Action? Changed;
            void M() { Changed -= [|async|] () => await Task.Delay(1); Action kept = [|async|] () => await Task.Delay(1); Changed -= kept; }
        }
        """);

    [Fact]
    public Task Execute_of_a_command_is_ignored() => Ignores(
        """
        using System.Windows.Input;
        class SaveCommand : ICommand
        {
            public event EventHandler? CanExecuteChanged { add { } remove { } }
            public bool CanExecute(object? parameter) => true;
            public async void Execute(object? parameter) => await Task.Delay(1);
        }
        class LoadCommand : ICommand
        {
            event EventHandler? ICommand.CanExecuteChanged { add { } remove { } }
            bool ICommand.CanExecute(object? parameter) => true;
            async void ICommand.Execute(object? parameter) => await Task.Delay(1);
        }
        """);

    [Fact]
    public Task A_helper_that_observes_dropped_tasks_is_ignored() => Ignores(
        """
        static class Tasks
        {
            public static async void Forget(this Task task, Action<Exception> onError)
            {
                try { await task.ConfigureAwait(false); }
                catch (Exception e) { onError(e); }
            }
            public static async void Forget(this ValueTask task) { try { await task; } catch { } }
        }
        """);

    [Fact]
    public Task A_helper_that_lets_exceptions_of_dropped_tasks_out_is_flagged() => Flags(
        "static class Tasks { public static async void [|Forget|](this Task task) => await task; }");

    [Fact]
    public Task Async_code_with_a_task_is_ignored() => Ignores(
        """
        class C
        {
            async Task A() => await Task.Delay(1);
            async ValueTask B() => await Task.Delay(1);
            async Task<int> D() { await Task.Delay(1); return 1; }
            async IAsyncEnumerable<int> E() { await Task.Delay(1); yield return 1; }
            void NotAsync() { }
            async Task M(List<int> items)
            {
                await Task.Run(async () => await Task.Delay(1));
                await Parallel.ForEachAsync(items, async (item, token) => await Task.Delay(item, token));
                await Task.WhenAll(items.Select(async item => await Task.Delay(item)));
                Func<Task> f = async () => await Task.Delay(1);
                var natural = async () => await Task.Delay(1);
                _ = Task.Factory.StartNew(async () => await Task.Delay(1));
                items.ForEach(item => Console.WriteLine(item));
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        class C
        {
            void M(List<int> items)
            {
                Unknown(async () => await Task.Delay(1));
                items.Nothing(async x => await Task.Delay(x));
                var x = async () => { await Task.Delay(1); 
            }
            async Missing N() { }
            async void
        """,
        allowErrors: true);

    [Fact]
    public Task A_partial_declaration_without_body_is_ignored() => Ignores(
        "partial class C { partial void OnLoaded(); async void OnX(object s, EventArgs e) { } }");

    [Fact]
    public Task A_method_whose_callers_can_await_becomes_one_that_returns_a_task() => Fixes(
        """
        class Orders
        {
            /// <summary>Saves; see <see cref="Save"/>.</summary>
            public async void [|Save|](string id)
            {
                if (id == "")
                    return;
                await Task.Delay(1);
                Save(id[1..]); // the rest
            }
            async Task M(Orders other)
            {
                Save("a");
                if (other is not null)
                    other.Save(nameof(Save));
                Func<Task> later = async () => Save("b");
            }
        }
        // ==== Import.cs
        class Import { async Task Run(Orders orders) { await Task.Delay(1); orders.Save("c"); } }
        """,
        """
        class Orders
        {
            /// <summary>Saves; see <see cref="Save"/>.</summary>
            public async Task Save(string id)
            {
                if (id == "")
                    return;
                await Task.Delay(1);
                await Save(id[1..]); // the rest
            }
            async Task M(Orders other)
            {
                await Save("a");
                if (other is not null)
                    await other.Save(nameof(Save));
                Func<Task> later = async () => await Save("b");
            }
        }
        // ==== Import.cs
        class Import { async Task Run(Orders orders) { await Task.Delay(1); await orders.Save("c"); } }
        """,
        title: "Return a task");

    [Fact]
    public Task A_method_nobody_calls_becomes_one_that_returns_a_task_with_its_import() => Fixes(
        """
        class FactAttribute : System.Attribute { }
        class Tests
        {
            [Fact]
            async void [|Saves|]() // slow
                => await Work.Do();
        }
        // ==== Work.cs
        using System.Threading.Tasks;
        static class Work { public static Task Do() => Task.Delay(1); }
        """,
        """
        using System.Threading.Tasks;

        class FactAttribute : System.Attribute { }
        class Tests
        {
            [Fact]
            async Task Saves() // slow
                => await Work.Do();
        }
        // ==== Work.cs
        using System.Threading.Tasks;
        static class Work { public static Task Do() => Task.Delay(1); }
        """,
        languageVersion: LanguageVersion.CSharp7);

    [Fact]
    public Task Local_functions_and_their_chain_of_callers_become_ones_that_return_tasks() => Fixes(
        """
        class C
        {
            async void [|Outer|]()
            {
                Inner();
                await Task.Delay(1);
                async void [|Inner|]() => await Task.Delay(1);
            }
            async Task M() => Outer();
        }
        """,
        """
        class C
        {
            async Task Outer()
            {
                await Inner();
                await Task.Delay(1);
                async Task Inner() => await Task.Delay(1);
            }
            async Task M() => await Outer();
        }
        """);

    [Fact]
    public Task Without_a_caller_that_can_await_no_fix_becomes_available() => Fixes(
        """
        class C
        {
            Timer _timer;
            public C() { BySync(); _timer = new(AsDelegate); }
            async void [|BySync|]() => await Task.Delay(1);
            async void [|AsDelegate|](object? state) => await Task.Delay(1);
            async void [|InLock|]() => await Task.Delay(1);
            async void [|InVoidLambda|]() => await Task.Delay(1);
            async void [|Conditional|]() => await Task.Delay(1);
            public virtual async void [|Virtual|]() => await Task.Delay(1);
            async Task M(C? other)
            {
                lock (this) { InLock(); }
                Action run = () => InVoidLambda();
                other?.Conditional();
                await Task.Delay(1);
            }
        }
        class D : C { public override void Virtual() { } }
        interface I { async void [|Default|]() => await Task.Delay(1); }
        """,
        """
        class C
        {
            Timer _timer;
            public C() { BySync(); _timer = new(AsDelegate); }
            async void [|BySync|]() => await Task.Delay(1);
            async void [|AsDelegate|](object? state) => await Task.Delay(1);
            async void [|InLock|]() => await Task.Delay(1);
            async void [|InVoidLambda|]() => await Task.Delay(1);
            async void [|Conditional|]() => await Task.Delay(1);
            public virtual async void [|Virtual|]() => await Task.Delay(1);
            async Task M(C? other)
            {
                lock (this) { InLock(); }
                Action run = () => InVoidLambda();
                other?.Conditional();
                await Task.Delay(1);
            }
        }
        class D : C { public override void Virtual() { } }
        interface I { async void [|Default|]() => await Task.Delay(1); }
        """);

    [Fact]
    public Task Parallel_loops_become_ones_that_wait() => Fixes(
        """
        class C
        {
            async Task M(List<string> items, ParallelOptions options)
            {
                // all of them
                Parallel.ForEach(items, [|async|] item => await Send(item)); // at once
                Parallel.ForEach(items, options, [|async|] (item) =>
                {
                    _ = item.Length;
                    await Send(item);
                });
                Parallel.ForEach<string>(items, [|async|] (string item) => await Send(item));
                Parallel.For(0, items.Count, [|async|] i => await Send(items[i]));
                Parallel.ForEach(items, [|async|] delegate (string item) { await Send(item); });
            }
            Task Send(string item) => Task.Delay(item.Length);
        }
        """,
        """
        class C
        {
            async Task M(List<string> items, ParallelOptions options)
            {
                // all of them
                await Parallel.ForEachAsync(items, async (item, _) => await Send(item)); // at once
                await Parallel.ForEachAsync(items, options, async (item, token) =>
                {
                    _ = item.Length;
                    await Send(item);
                });
                await Parallel.ForEachAsync<string>(items, async (string item, CancellationToken _) => await Send(item));
                await Parallel.ForAsync(0, items.Count, async (i, _) => await Send(items[i]));
                await Parallel.ForEachAsync(items, async delegate (string item, CancellationToken _) { await Send(item); });
            }
            Task Send(string item) => Task.Delay(item.Length);
        }
        """);

    [Fact]
    public Task A_parallel_loop_becomes_one_that_waits_and_stops_with_its_caller() => Fixes(
        """
        class C
        {
            async Task M(List<int> items, ParallelOptions options, CancellationToken stop)
            {
                Parallel.ForEach(items, [|async|] item => await Task.Delay(item, stop));
                Parallel.For(0, 9, [|async|] item => await Task.Delay(item, stop));
                Parallel.ForEach(items, options, [|async|] item => await Task.Delay(item, stop));
                await Task.Delay(1, stop);
            }
        }
        """,
        """
        class C
        {
            async Task M(List<int> items, ParallelOptions options, CancellationToken stop)
            {
                await Parallel.ForEachAsync(items, stop, async (item, _) => await Task.Delay(item, stop));
                await Parallel.ForAsync(0, 9, stop, async (item, _) => await Task.Delay(item, stop));
                await Parallel.ForEachAsync(items, options, async (item, _) => await Task.Delay(item, stop));
                await Task.Delay(1, stop);
            }
        }
        """);

    [Fact]
    public Task A_sync_method_around_a_parallel_loop_becomes_async_with_its_callers() => Fixes(
        """
        class C
        {
            void SendAll(List<string> items)
            {
                Parallel.ForEach(items, [|async|] item => await Task.Delay(1));
            }
            private static int Count(List<int> items)
            {
                Parallel.ForEach(items, [|async|] item => await Task.Delay(item));
                Parallel.ForEach(items, [|async|] item => await Task.Delay(item));
                return items.Count;
            }
            async Task M(List<string> items)
            {
                SendAll(items);
                var length = Count([1]).ToString().Length + Count([2]);
                await Task.Delay(length);
            }
        }
        """,
        """
        class C
        {
            async Task SendAll(List<string> items)
            {
                await Parallel.ForEachAsync(items, async (item, _) => await Task.Delay(1));
            }
            private static async Task<int> Count(List<int> items)
            {
                await Parallel.ForEachAsync(items, async (item, _) => await Task.Delay(item));
                await Parallel.ForEachAsync(items, async (item, _) => await Task.Delay(item));
                return items.Count;
            }
            async Task M(List<string> items)
            {
                await SendAll(items);
                var length = (await Count([1])).ToString().Length + await Count([2]);
                await Task.Delay(length);
            }
        }
        """,
        title: "Wait with 'ForEachAsync'");

    [Fact]
    public Task Loops_without_a_form_that_waits_keep_their_finding_and_no_fix_becomes_available() => Fixes(
        """
        using System.Collections.Concurrent;
        class C
        {
            async Task M(List<int> items, C other)
            {
                Parallel.ForEach(items, [|async|] (item, state) => await Task.Delay(item));
                Parallel.ForEach(Partitioner.Create(items), [|async|] item => await Task.Delay(item));
                var result = Parallel.ForEach(items, [|async|] item => await Task.Delay(item));
                items.ForEach([|async|] item => await Task.Delay(item));
                lock (this) { Parallel.ForEach(items, [|async|] item => await Task.Delay(item)); }
                await Task.Delay(1);
            }
            void CalledBySync(List<int> items) => Parallel.ForEach(items, [|async|] item => await Task.Delay(item));
            C(List<int> items) { CalledBySync(items); Parallel.ForEach(items, [|async|] item => await Task.Delay(item)); }
            Task HandsOut(List<int> items) { Parallel.ForEach(items, [|async|] item => await Task.Delay(item)); return Task.CompletedTask; }
        }
        """,
        """
        using System.Collections.Concurrent;
        class C
        {
            async Task M(List<int> items, C other)
            {
                Parallel.ForEach(items, [|async|] (item, state) => await Task.Delay(item));
                Parallel.ForEach(Partitioner.Create(items), [|async|] item => await Task.Delay(item));
                var result = Parallel.ForEach(items, [|async|] item => await Task.Delay(item));
                items.ForEach([|async|] item => await Task.Delay(item));
                lock (this) { Parallel.ForEach(items, [|async|] item => await Task.Delay(item)); }
                await Task.Delay(1);
            }
            void CalledBySync(List<int> items) => Parallel.ForEach(items, [|async|] item => await Task.Delay(item));
            C(List<int> items) { CalledBySync(items); Parallel.ForEach(items, [|async|] item => await Task.Delay(item)); }
            Task HandsOut(List<int> items) { Parallel.ForEach(items, [|async|] item => await Task.Delay(item)); return Task.CompletedTask; }
        }
        """);
}
