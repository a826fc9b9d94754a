namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Code of others, and slow code, run while a lock is held.</summary>
internal static class Callbacks
{
    public static readonly Case A_delegate_parameter_runs_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Vault
        {
            private readonly object _gate = new();
            private readonly Dictionary<string, string> _secrets = new();

            public void Change(string name, Func<string?, string> change)
            {
                lock (_gate)
                    _secrets[name] = {|Info2011:change(_secrets.GetValueOrDefault(name))|};
            }
        }
        """);

    public static readonly Case A_comparison_runs_under_the_lock = new(Primitive.LockStatement, """
        public sealed class Ranking(IComparer<string> order)
        {
            private readonly object _gate = new();
            private readonly List<string> _names = new();

            public void Add(string name)
            {
                lock (_gate)
                {
                    _names.Add(name);
                    _names.Sort(order);
                }
            }
        }
        """);

    public static readonly Case A_thread_sleeps_under_the_lock = new(Primitive.Synchronized, """
        using System.Runtime.CompilerServices;

        internal sealed class Modem
        {
            private int _dialled;

            [MethodImpl(MethodImplOptions.Synchronized)]
            public void Dial()
            {
                _dialled++;
                {|ASSAY2010:Thread.Sleep(500)|};
            }
        }
        """);

    public static readonly Case A_helper_waits_under_the_lock_of_its_caller = new(Primitive.Monitor, """
        public sealed class Gatehouse(HttpClient http)
        {
            private readonly object _gate = new();
            private string _state = "";

            public void Refresh()
            {
                lock (_gate)
                    _state = {|ASSAY2010:Fetch()|};
            }

            public string Peek() => Fetch();

            private string Fetch() => {|#0:http.GetStringAsync("state").Result|};
        }
        """);

    public static readonly Case The_request_is_made_before_the_lock = new(Primitive.Monitor, """
        public sealed class Gatehouse(HttpClient http)
        {
            private readonly object _gate = new();
            private string _state = "";

            public async Task RefreshAsync()
            {
                var state = await http.GetStringAsync("state");
                lock (_gate)
                    _state = state;
            }
        }
        """);

    public static readonly Case A_monitor_wait_lets_go_of_its_lock = new(Primitive.Monitor, """
        public sealed class Hatch
        {
            private readonly object _gate = new();
            private readonly Queue<string> _plates = new();

            public void Serve(string plate)
            {
                lock (_gate)
                {
                    _plates.Enqueue(plate);
                    Monitor.Pulse(_gate);
                }
            }

            public string Take()
            {
                lock (_gate)
                {
                    while (_plates.Count == 0)
                        Monitor.Wait(_gate);
                    return _plates.Dequeue();
                }
            }
        }
        """);

    public static readonly Case A_task_is_started_under_the_lock_and_awaited_outside = new(Primitive.LockStatement, """
        public sealed class Refresh(HttpClient http)
        {
            private readonly object _gate = new();
            private Task<string>? _running;

            public Task<string> GetAsync()
            {
                lock (_gate)
                    return _running ??= http.GetStringAsync("state");
            }
        }
        """);

    public static readonly Case Observers_are_told_under_the_write_lock = new(Primitive.ReaderWriterLock, """
        public sealed class Market
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly List<IObserver<decimal>> _observers = new();
            private decimal _price;

            public void Trade(decimal price)
            {
                _sync.EnterWriteLock();
                try
                {
                    _price = price;
                    foreach (var observer in _observers)
                        {|Info2011:observer.OnNext(price)|};
                }
                finally
                {
                    _sync.ExitWriteLock();
                }
            }
        }
        """);

    public static readonly Case Observers_are_copied_and_told_afterwards = new(Primitive.ReaderWriterLock, """
        public sealed class Market
        {
            private readonly ReaderWriterLockSlim _sync = new();
            private readonly List<IObserver<decimal>> _observers = new();
            private decimal _price;

            public void Trade(decimal price)
            {
                IObserver<decimal>[] observers;
                _sync.EnterWriteLock();
                try
                {
                    _price = price;
                    observers = [.. _observers];
                }
                finally
                {
                    _sync.ExitWriteLock();
                }
                foreach (var observer in observers)
                    observer.OnNext(price);
            }
        }
        """);
}
