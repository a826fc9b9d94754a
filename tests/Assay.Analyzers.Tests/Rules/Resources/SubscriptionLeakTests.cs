using Assay.Analyzers.Rules.Resources;
using Assay.CodeFixes.Rules.Resources;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Resources;

public sealed class SubscriptionLeakTests : RuleTests<SubscriptionLeak, SubscriptionLeakFix>
{
    private const string Bus = """

        // ==== Bus.cs
        class Bus { public event EventHandler? Opened; public event EventHandler? Closed; public static event Action? Reset; public void Raise() { Opened?.Invoke(this, EventArgs.Empty); Closed?.Invoke(this, EventArgs.Empty); Reset?.Invoke(); } public Bus Inner => this; }
        """;

    [Fact]
    public Task A_subscription_that_Dispose_forgets_is_flagged() => Flags(
        """
        class View : IDisposable
        {
            private readonly Bus _bus;
            public View(Bus bus)
            {
                _bus = bus ?? throw new ArgumentNullException(nameof(bus));
                {|ASSAY8007:bus.Opened += OnOpened|};
                {|ASSAY8007:_bus.Inner.Closed += (_, _) => Refresh()|};
            }
            public void Watch() => {|ASSAY8007:Bus.Reset += this.Refresh|};
            void OnOpened(object? sender, EventArgs e) { }
            void Refresh() { }
            public void {|#0:Dispose|}() { }
        }
        """ + Bus,
        messages:
        [
            "'bus.Opened' holds this 'View' and goes on calling 'OnOpened' after its end: its 'Dispose' does not unsubscribe",
            "'_bus.Inner.Closed' holds this 'View' and goes on calling this handler after its end: its 'Dispose' does not unsubscribe",
            "'Bus.Reset' holds this 'View' and goes on calling 'Refresh' after its end: its 'Dispose' does not unsubscribe",
        ]);

    [Fact]
    public Task A_subscription_whose_sibling_is_ended_is_flagged() => Flags(
        """
        class View(Bus bus)
        {
            public void Attach()
            {
                bus.Opened += OnOpened;
                {|ASSAY8007:bus.Closed += OnClosed|};
            }
            public void Detach() => {|#0:bus.Opened -= OnOpened|};
            public event Action? Own;
            public void Forget(Action own) => Own -= own;
            public void Fire() => Own?.Invoke();
            void OnOpened(object? sender, EventArgs e) { }
            void OnClosed(object? sender, EventArgs e) { }
        }
        """ + Bus,
        messages: ["'bus.Closed' holds this 'View' and goes on calling 'OnClosed' after its end: line 8 unsubscribes 'Opened', but not this"]);

    [Fact]
    public Task Ended_subscriptions_are_ignored() => Ignores(
        """
        class View : IDisposable
        {
            private readonly Bus _bus;
            public View(Bus bus)
            {
                _bus = bus;
                bus.Opened += OnOpened;
                bus.Closed += OnOpened;
                Bus.Reset += Refresh;
            }
            void OnOpened(object? sender, EventArgs e) => _bus.Closed -= OnOpened;
            void Refresh() { }
            public void Dispose()
            {
                _bus.Opened -= OnOpened;
                Bus.Reset -= Refresh;
            }
        }
        """ + Bus);

    [Fact]
    public Task Events_of_the_same_lifetime_are_ignored() => Ignores(
        """
        class View : IDisposable
        {
            private readonly Bus _own = new();
            private readonly System.Timers.Timer _timer;
            private readonly FileSystemWatcher _watcher;
            public event Action? Changed;
            public View(FileSystemWatcher watcher)
            {
                _watcher = watcher;
                watcher.Changed += OnChanged;
                _own.Opened += OnOpened;
                _timer = new System.Timers.Timer(1000);
                _timer.Elapsed += OnOpened;
                Changed += Refresh;
                var local = new Bus();
                local.Opened += OnOpened;
            }
            public void Follow(Bus other) => other.Opened += OnOpened;
            void OnChanged(object? sender, FileSystemEventArgs e) { }
            void OnOpened(object? sender, EventArgs e) { }
            void Refresh() => Changed?.Invoke();
            public void Dispose()
            {
                _watcher?.Dispose();
                _timer.Dispose();
            }
        }
        """ + Bus);

    [Fact]
    public Task Handlers_that_hold_nothing_are_ignored() => Ignores(
        """
        class View : IDisposable
        {
            static int s_count;
            public View(Bus bus)
            {
                bus.Opened += OnAny;
                bus.Closed += (_, _) => s_count++;
                bus.Closed += static (_, _) => { };
            }
            static void OnAny(object? sender, EventArgs e) { }
            public void Dispose() { }
        }
        static class Log
        {
            static void Start(Bus bus) => Bus.Reset += Write;
            static void Write() { }
            static void Dispose() { }
        }
        class Forever(Bus bus)
        {
            public event Action? Own;
            public void Detach(Action own) => Own -= own;
            public void Fire() => Own?.Invoke();
            public void Start() => bus.Opened += On;
            void On(object? sender, EventArgs e) { }
        }
        """ + Bus);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        "class V : System.IDisposable { V(Bus b) { b.Opened += ; b. += X; b.Missing += X; } void X() { } public void Dispose() { }" + Bus, allowErrors: true);

    [Fact]
    public Task Dispose_unsubscribes() => Fixes(
        """
        class View : IDisposable
        {
            private readonly Bus _bus;
            public View(Bus bus)
            {
                _bus = bus;
                [|bus.Opened += OnOpened|];
            }
            void OnOpened(object? sender, EventArgs e) { }
            public void Dispose() => Console.WriteLine();
        }
        class Form(Bus bus) : IDisposable
        {
            public void Show() => [|bus.Closed += this.OnClosed|];
            void OnClosed(object? sender, EventArgs e) { }
            public void Dispose() => Dispose(true);
            protected virtual void Dispose(bool disposing)
            {
                if (disposing)
                {
                    // All that is managed.
                    Console.WriteLine();
                }
            }
        }
        class Panel : IDisposable
        {
            public Panel() => [|Bus.Reset += Clear|];
            void Clear() { }
            public void Dispose()
            {
            }
        }
        """ + Bus,
        """
        class View : IDisposable
        {
            private readonly Bus _bus;
            public View(Bus bus)
            {
                _bus = bus;
                bus.Opened += OnOpened;
            }
            void OnOpened(object? sender, EventArgs e) { }
            public void Dispose()
            {
                _bus.Opened -= OnOpened;
                Console.WriteLine();
            }
        }
        class Form(Bus bus) : IDisposable
        {
            public void Show() => bus.Closed += this.OnClosed;
            void OnClosed(object? sender, EventArgs e) { }
            public void Dispose() => Dispose(true);
            protected virtual void Dispose(bool disposing)
            {
                if (disposing)
                {
                    bus.Closed -= this.OnClosed;
                    // All that is managed.
                    Console.WriteLine();
                }
            }
        }
        class Panel : IDisposable
        {
            public Panel() => Bus.Reset += Clear;
            void Clear() { }
            public void Dispose()
            {
                Bus.Reset -= Clear;
            }
        }
        """ + Bus,
        title: "Unsubscribe in 'Dispose'");

    [Fact]
    public Task A_lambda_and_a_source_that_is_not_kept_stay_as_they_are()
    {
        const string Source = """
            class View : IDisposable
            {
                public View(Bus bus, Bus other)
                {
                    [|bus.Opened += OnOpened|];
                    [|other.Closed += (_, _) => Clear()|];
                }
                void OnOpened(object? sender, EventArgs e) { }
                void Clear() { }
                public void Dispose() { }
            }
            """ + Bus;
        return Fixes(Source, Source);
    }
}
