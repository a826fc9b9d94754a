namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Fields and locks in the base, accesses in the derived type.</summary>
internal static class Inheritance
{
    public static readonly Case The_derived_type_uses_the_lock_of_its_base = new(Primitive.LockStatement, """
        public abstract class Repository
        {
            protected readonly object Gate = new();
            protected readonly Dictionary<int, string> Rows = new();

            public void Save(int id, string row)
            {
                lock (Gate)
                    Rows[id] = row;
            }

            public int Count { get { lock (Gate) return Rows.Count; } }
        }

        public sealed class CustomerRepository : Repository
        {
            public string? Find(int id)
            {
                lock (Gate)
                    return Rows.GetValueOrDefault(id);
            }
        }
        """);

    public static readonly Case The_derived_type_forgets_the_lock_of_its_base = new(Primitive.LockStatement, """
        public abstract class Repository
        {
            protected readonly object Gate = new();
            protected readonly Dictionary<int, string> Rows = new();

            public void Save(int id, string row)
            {
                lock (Gate)
                    {|#0:Rows|}[id] = row;
            }

            public bool Delete(int id)
            {
                lock (Gate)
                    return Rows.Remove(id);
            }

            public int Count { get { lock (Gate) return Rows.Count; } }
        }

        public sealed class CustomerRepository : Repository
        {
            public string[] Names() => {|ASSAY2001:Rows|}.Values.ToArray();

            public string? Find(int id)
            {
                lock (Gate)
                    return Rows.GetValueOrDefault(id);
            }
        }
        """);

    public static readonly Case The_derived_type_writes_in_an_override_that_its_base_calls = new(Primitive.LockStatement, """
        public abstract class Repository
        {
            protected readonly object Gate = new();
            protected readonly Dictionary<int, string> Rows = new();

            public void Save(int id, string row)
            {
                lock (Gate)
                {
                    Rows[id] = row;
                    Saved(id);
                }
            }

            public int Count { get { lock (Gate) return Rows.Count; } }

            protected abstract void Saved(int id);
        }

        public sealed class AuditedRepository : Repository
        {
            protected override void Saved(int id) => Rows[-id] = "saved";
        }
        """);

    public static readonly Case A_generic_base_hands_down_its_semaphore = new(Primitive.AsyncSemaphore, """
        public abstract class Store<T>
        {
            protected readonly SemaphoreSlim Turn = new(1, 1);
            protected List<T> Items = new();

            public async Task AddAsync(T item)
            {
                await Turn.WaitAsync();
                try { Items.Add(item); }
                finally { Turn.Release(); }
            }

            public async Task<T[]> AllAsync()
            {
                await Turn.WaitAsync();
                try { return {|#0:Items|}.ToArray(); }
                finally { Turn.Release(); }
            }

            public async Task<bool> RemoveAsync(T item)
            {
                await Turn.WaitAsync();
                try { return Items.Remove(item); }
                finally { Turn.Release(); }
            }
        }

        public class OrderStore : Store<string>
        {
            public void Forget() => {|ASSAY2001:Items|} = new();
        }
        """);

    public static readonly Case An_override_is_called_by_its_base_under_the_lock = new(Primitive.LockStatement, """
        public abstract class Buffer
        {
            private readonly object _gate = new();

            public void Append(string text)
            {
                lock (_gate)
                    Store(text);
            }

            protected abstract void Store(string text);
        }

        public sealed class MemoryBuffer : Buffer
        {
            private readonly List<string> _lines = new();

            protected override void Store(string text) => _lines.Add(text);
        }
        """);

    public static readonly Case A_protected_helper_is_called_with_and_without_the_lock = new(Primitive.ThreadingLock, """
        public class Gauge
        {
            private readonly Lock _gate = new();
            private double _value;

            public void Set(double value)
            {
                lock (_gate)
                    Store(value);
            }

            public double Read()
            {
                lock (_gate)
                    return _value;
            }

            protected void Store(double value) => _value = value;
        }
        """);

    public static readonly Case A_private_base_field_is_written_by_a_public_base_method = new(Primitive.ThreadingLock, """
        public abstract class Worker
        {
            private readonly Lock _gate = new();
            private readonly List<string> _log = new();

            public void Report(string line)
            {
                lock (_gate)
                    {|#0:_log|}.Add(line);
            }

            public string[] Lines()
            {
                lock (_gate)
                    return _log.ToArray();
            }

            public void Trim()
            {
                lock (_gate)
                    _log.Clear();
            }

            public bool Mentions(string word) => {|ASSAY2001:_log|}.Exists(line => line.Contains(word, StringComparison.Ordinal));
        }

        public sealed class Indexer : Worker;
        """);

    public static readonly Case The_derived_type_locks_itself_and_the_base_another_object = new(Primitive.Monitor, """
        internal class Stage
        {
            private readonly object _gate = new();
            private int _steps;

            public void Step()
            {
                Monitor.Enter(_gate);
                try { _steps++; }
                finally { Monitor.Exit(_gate); }
            }

            public int Steps
            {
                get
                {
                    Monitor.Enter(_gate);
                    try { return _steps; }
                    finally { Monitor.Exit(_gate); }
                }
            }
        }

        internal sealed class TimedStage : Stage
        {
            private readonly object _gate = new();
            private TimeSpan _spent;

            public void Spend(TimeSpan time)
            {
                Monitor.Enter(_gate);
                try { _spent += time; }
                finally { Monitor.Exit(_gate); }
            }

            public TimeSpan Spent
            {
                get
                {
                    Monitor.Enter(_gate);
                    try { return _spent; }
                    finally { Monitor.Exit(_gate); }
                }
            }
        }
        """);

    public static readonly Case A_hook_of_subclasses_runs_under_the_lock = new(Primitive.LockStatement, """
        public class Machine
        {
            private readonly object _gate = new();
            private string _state = "idle";

            public void Move(string state)
            {
                lock (_gate)
                {
                    _state = state;
                    {|Info2011:OnMoved(state)|};
                }
            }

            public string State { get { lock (_gate) return _state; } }

            protected virtual void OnMoved(string state)
            {
            }
        }
        """);

    public static readonly Case A_background_service_and_its_callers_share_a_locked_queue = new(Primitive.ThreadingLock, """
        using Microsoft.Extensions.Hosting;

        public sealed class Notifier : BackgroundService
        {
            private readonly Lock _gate = new();
            private readonly Queue<string> _pending = new();

            public void Notify(string text)
            {
                lock (_gate)
                    _pending.Enqueue(text);
            }

            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    while (TryTake(out var text))
                        Console.WriteLine(text);
                    await Task.Delay(1000, stoppingToken);
                }
            }

            private bool TryTake(out string? text)
            {
                lock (_gate)
                    return _pending.TryDequeue(out text);
            }
        }
        """);
}
