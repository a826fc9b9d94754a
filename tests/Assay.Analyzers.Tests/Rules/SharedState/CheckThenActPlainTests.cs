using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class CheckThenActPlainTests : RuleTests<CheckThenAct, CheckThenActFix>
{
    [Fact]
    public Task A_collection_checked_without_its_lock_is_flagged() => Flags(
        """
        class Orders
        {
            private readonly object _gate = new();
            private readonly Dictionary<int, string> _byId = new();
            private readonly Queue<int> _due = new();
            public void Add(int id, string order)
            {
                if (_byId.ContainsKey(id)) return;
                lock (_gate) { [|_byId.Add(id, order)|]; }
            }
            public void Enqueue(int id) { lock (_gate) _due.Enqueue(id); }
            public int Peek() { lock (_gate) return _due.Peek(); }
            public int Length() { lock (_gate) return _due.Count; }
            public int Next()
            {
                while (_due.Count > 0)
                {
                    lock (_gate) return [|_due.Dequeue()|];
                }
                return 0;
            }
            public string Get(int id) { lock (_gate) return _byId[id]; }
            public void Remove(int id) { lock (_gate) _byId.Remove(id); }
            public int Total() { lock (_gate) return _byId.Count; }
        }
        """,
        messages:
        [
            "'_byId' was checked at line 8 (ContainsKey); another thread can change it before this 'Add', which then throws ArgumentException: it is changed under '_gate' at line 9",
            "'_due' was checked at line 16 (Count); another thread can change it before this 'Dequeue', which then throws InvalidOperationException: it is changed under '_gate' at line 11",
        ]);

    [Fact]
    public Task A_collection_of_a_type_that_promises_safety_is_flagged() => Flags(
        """
        /// <summary>Names by number. This type is thread-safe.</summary>
        public class Names
        {
            readonly Dictionary<int, string> _names = new();
            readonly List<int> _seen = [];
            readonly Stack<int> _free = new();
            public string Get(int id)
            {
                if (!_names.TryGetValue(id, out var name))
                {
                    name = id.ToString();
                    [|_names.Add(id, name)|];
                }
                return name;
            }
            public string Set(int id)
            {
                if (!_names.ContainsKey(id)) [|_names[id] = id.ToString()|];
                return _names[id];
            }
            public bool Note(int id)
            {
                if (_seen.Contains(id)) return false;
                [|_seen.Add(id)|];
                return true;
            }
            public bool NoteBy(int id)
            {
                if (!_seen.Any(s => s == id)) { [|_seen.Add(id)|]; return true; }
                return false;
            }
            public int Take() => _free.Count == 0 ? -1 : [|_free.Pop()|];
            public void Give(int id) { if (_free.Count >= 16) throw new InvalidOperationException(); [|_free.Push(id)|]; }
        }
        """);

    [Fact]
    public Task A_static_collection_without_any_lock_is_left_to_its_own_rule_and_ignored() => Ignores(
        """
        public class Names
        {
            static readonly Dictionary<int, string> s_names = new();
            static readonly List<int> s_seen = [];
            static readonly Stack<int> s_free = new();
            public string Get(int id)
            {
                if (!s_names.TryGetValue(id, out var name))
                {
                    name = id.ToString();
                    s_names.Add(id, name);
                }
                return name;
            }
            public string Set(int id)
            {
                if (!s_names.ContainsKey(id)) s_names[id] = id.ToString();
                return s_names[id];
            }
            public bool Note(int id)
            {
                if (s_seen.Contains(id)) return false;
                s_seen.Add(id);
                return true;
            }
            public bool NoteBy(int id)
            {
                if (!s_seen.Any(s => s == id)) { s_seen.Add(id); return true; }
                return false;
            }
            public int Take() => s_free.Count == 0 ? -1 : s_free.Pop();
            public void Give(int id) { if (s_free.Count >= 16) throw new InvalidOperationException(); s_free.Push(id); }
        }
        """);

    [Fact]
    public Task A_count_kept_within_a_limit_is_flagged() => Flags(
        """
        public class Slots
        {
            static int s_active;
            static int s_left = 10;
            public bool TryEnter(int max)
            {
                if (s_active >= max) return false;
                [|s_active++|];
                return true;
            }
            public bool TryTake()
            {
                if (s_left > 0)
                {
                    [|s_left -= 1|];
                    return true;
                }
                return false;
            }
            public void Leave() => Interlocked.Increment(ref s_left);
            public void Exit() => Interlocked.Decrement(ref s_active);
        }
        """,
        messages:
        [
            "'s_active' was checked at line 7 (s_active >= max); another thread can change it before this 's_active++', which then goes past the limit: 'Interlocked.Decrement' is used for it at line 21",
            "'s_left' was checked at line 13 (s_left > 0); another thread can change it before this 's_left -= 1', which then goes past the limit: 'Interlocked.Increment' is used for it at line 20",
        ]);

    [Fact]
    public Task A_claim_of_an_empty_place_is_flagged() => Flags(
        """
        class Slot
        {
            private volatile string? _owner;
            public bool TryClaim(string owner)
            {
                if (_owner != null) return false;
                [|_owner = owner|];
                return true;
            }
            public void Release() => _owner = null;
        }
        """,
        messages: ["'_owner' was checked at line 6 (_owner is null); another thread can change it before this '_owner', which then takes the place of the one that came first: '_owner' is volatile"]);

    [Fact]
    public Task A_check_before_the_lock_becomes_one_inside() => Fixes(
        """
        class Orders
        {
            private readonly object _gate = new();
            private readonly Dictionary<int, string> _byId = new();
            private readonly Queue<int> _due = new();
            private int _active;

            public void Add(int id, string order)
            {
                Console.WriteLine(id);

                // Once only.
                if (_byId.ContainsKey(id))
                    return;
                lock (_gate)
                {
                    [|_byId.Add(id, order)|];
                    _active++;
                }
            }

            public void AddIfMissing(int id, string order)
            {
                if (!_byId.ContainsKey(id))
                {
                    lock (_gate) [|_byId[id] = order|];
                }
            }

            public bool TryNext(out int id)
            {
                id = 0;
                if (_due.Count == 0)
                    return false;
                id = [|_due.Dequeue()|];
                return true;
            }

            public void Enqueue(int id) { lock (_gate) { _due.Enqueue(id); _active++; } }
            public int Active() { lock (_gate) return _active + _due.Peek() + _byId.Count; }
            public void Finish(int id) { lock (_gate) { _active--; _byId.Remove(id); } }
            public void Clear() { lock (_gate) { _due.Clear(); _byId.Clear(); } }
            public void Drain(List<int> into) { lock (_gate) { into.Add(_due.Dequeue()); into.AddRange(_due); _byId.Clear(); _due.Clear(); } }
        }
        """,
        """
        class Orders
        {
            private readonly object _gate = new();
            private readonly Dictionary<int, string> _byId = new();
            private readonly Queue<int> _due = new();
            private int _active;

            public void Add(int id, string order)
            {
                Console.WriteLine(id);

                lock (_gate)
                {
                    // Once only.
                    if (_byId.ContainsKey(id))
                        return;
                    _byId.Add(id, order);
                    _active++;
                }
            }

            public void AddIfMissing(int id, string order)
            {
                lock (_gate)
                {
                    if (!_byId.ContainsKey(id))
                    {
                        _byId[id] = order;
                    }
                }
            }

            public bool TryNext(out int id)
            {
                id = 0;
                lock (_gate)
                {
                    if (_due.Count == 0)
                        return false;
                    id = _due.Dequeue();
                }
                return true;
            }

            public void Enqueue(int id) { lock (_gate) { _due.Enqueue(id); _active++; } }
            public int Active() { lock (_gate) return _active + _due.Peek() + _byId.Count; }
            public void Finish(int id) { lock (_gate) { _active--; _byId.Remove(id); } }
            public void Clear() { lock (_gate) { _due.Clear(); _byId.Clear(); } }
            public void Drain(List<int> into) { lock (_gate) { into.Add(_due.Dequeue()); into.AddRange(_due); _byId.Clear(); _due.Clear(); } }
        }
        """,
        "Check and act in one 'lock (_gate)'");

    [Fact]
    public Task Without_a_lock_to_take_there_is_no_fix()
    {
        const string source =
            """
            /// <summary>Names by number. This type is thread-safe.</summary>
            public class Names
            {
                readonly Dictionary<int, string> _names = new();
                public string Get(int id)
                {
                    if (!_names.ContainsKey(id))
                        [|_names[id] = id.ToString()|];
                    return _names[id];
                }
            }
            """;
        return Fixes(source, source);
    }

    [Fact]
    public Task A_loop_or_an_await_stays_out_of_the_lock()
    {
        const string source =
            """
            class Orders
            {
                private readonly object _gate = new();
                private readonly Queue<int> _due = new();
                public void Drain()
                {
                    while (_due.Count > 0)
                    {
                        lock (_gate) Console.WriteLine([|_due.Dequeue()|]);
                    }
                }
                public void Enqueue(int id) { lock (_gate) _due.Enqueue(id); }
                public int Peek() { lock (_gate) return _due.Peek(); }
                public void Clear() { lock (_gate) _due.Clear(); }
            }
            """;
        return Fixes(source, source);
    }

    [Fact]
    public Task Both_under_one_guard_is_ignored() => Ignores(
        """
        class Orders
        {
            private readonly object _gate = new();
            private readonly Dictionary<int, string> _byId = new();
            private readonly Queue<int> _due = new();
            private int _active;
            public void Add(int id, string order)
            {
                lock (_gate)
                {
                    if (_byId.ContainsKey(id)) return;
                    _byId.Add(id, order);
                }
            }
            public void Checked(int id, string order)
            {
                if (_byId.ContainsKey(id)) return;
                lock (_gate) { if (!_byId.ContainsKey(id)) _byId.Add(id, order); }
            }
            public bool Enter(int max) { lock (_gate) { return TryEnter(max); } }
            private bool TryEnter(int max)
            {
                if (_active >= max) return false;
                _active++;
                return true;
            }
            public int Next() { lock (_gate) return _due.Count > 0 ? _due.Dequeue() : 0; }
            public void Put(int id) { Monitor.Enter(_gate); try { if (!_due.Contains(id)) _due.Enqueue(id); } finally { Monitor.Exit(_gate); } }
            public void Exit() { lock (_gate) _active--; }
        }
        """);

    [Fact]
    public Task Without_a_reason_for_threads_it_is_ignored() => Ignores(
        """
        class Cart
        {
            private readonly Dictionary<string, int> _lines = new();
            private readonly List<string> _codes = [];
            private int _items;
            private string? _owner;
            public void Add(string sku) { if (!_lines.ContainsKey(sku)) _lines.Add(sku, 1); else _lines[sku]++; }
            public bool Apply(string code) { if (_codes.Contains(code)) return false; _codes.Add(code); return true; }
            public bool Step() { if (_items >= 10) return false; _items++; return true; }
            public bool Claim(string owner) { if (_owner != null) return false; _owner = owner; return true; }
            public static Dictionary<string, int> Count(string[] words)
            {
                var counts = new Dictionary<string, int>();
                foreach (var word in words) { if (!counts.ContainsKey(word)) counts.Add(word, 1); else counts[word]++; }
                return counts;
            }
        }
        """);

    [Fact]
    public Task Two_sections_of_one_lock_are_another_rules() => Ignores(
        """
        class Orders
        {
            private readonly object _gate = new();
            private readonly Dictionary<int, string> _byId = new();
            public void Add(int id, string order)
            {
                bool known;
                lock (_gate) known = _byId.ContainsKey(id);
                if (!known) lock (_gate) _byId.Add(id, order);
            }
        }
        """);

    [Fact]
    public Task A_quick_look_before_the_lock_is_ignored() => Ignores(
        """
        class Pending
        {
            private readonly object _gate = new();
            private readonly List<int> _ids = [];
            private readonly HashSet<int> _set = [];
            private readonly Dictionary<int, int> _map = [];
            private volatile int _count;
            public void Flush()
            {
                if (_ids.Count == 0) return;
                lock (_gate) { foreach (var id in _ids) Console.WriteLine(id); _ids.Clear(); }
            }
            public void Add(int id) { lock (_gate) { _ids.Add(id); _set.Add(id); _map[id] = id; } }
            public void Note(int id) { if (_set.Count > 0) lock (_gate) _set.Add(id); }
            public void Drop(int id) { if (_ids.Count > 0) lock (_gate) _ids.Remove(id); }
            public void Other(int a, int b) { if (_ids.Count > 3) lock (_gate) _map[b] = a; }
            public void Step() { if (_count < int.MaxValue) _count++; }
        }
        """);

    [Fact]
    public Task The_state_of_the_objects_own_thread_is_ignored() => Ignores(
        """
        class Delays : IDisposable
        {
            private readonly SortedList<DateTime, int> _delays = new();
            private readonly Task _reader;
            public Delays() => _reader = Task.Run(() => Read());
            private void Read()
            {
                _delays.Add(DateTime.MinValue, 1);
                while (_delays.Count > 0) _delays.RemoveAt(0);
            }
            public void Dispose()
            {
                _reader.Wait();
                Forget();
            }
            private void Forget() => _delays.Clear();
        }
        """);

    [Fact]
    public Task State_of_a_thread_that_others_change_too_is_flagged() => Flags(
        """
        class Delays
        {
            private readonly Queue<int> _delays = new();
            private readonly Task _reader;
            public Delays() => _reader = Task.Run(() => Read());
            private void Read()
            {
                while (_delays.Count > 0) [|_delays.Dequeue()|];
            }
            public void Add(int delay) => _delays.Enqueue(delay);
        }
        """,
        messages: ["'_delays' was checked at line 8 (Count); another thread can change it before this 'Dequeue', which then throws InvalidOperationException: a lambda uses it in 'Task.Run' at line 5"]);

    [Fact]
    public Task A_type_that_names_another_one_for_threads_is_ignored() => Ignores(
        """
        // see SynchronizedPool<T> for a threadsafe implementation
        class Pool<T>(int size) where T : class
        {
            private readonly T[] _items = new T[size];
            private int _count;
            public bool Return(T item)
            {
                if (_count < _items.Length)
                {
                    _items[_count++] = item;
                    return true;
                }
                return false;
            }
        }
        """);

    [Fact]
    public Task Setting_up_before_work_starts_is_a_suggestion() => Flags(
        """
        /// <summary>Factories are thread-safe after Open.</summary>
        class Factory
        {
            private readonly Dictionary<string, List<int>> _specifications = new();
            public void OnOpen(string[] actions)
            {
                foreach (var action in actions)
                {
                    if (!_specifications.ContainsKey(action)) [|_specifications.Add(action, [])|];
                }
            }
        }
        """,
        severity: Microsoft.CodeAnalysis.DiagnosticSeverity.Info);

    [Fact]
    public Task Another_key_is_ignored() => Ignores(
        """
        public class Names
        {
            static readonly Dictionary<int, string> s_names = new();
            static readonly List<int> s_list = [];
            public void Add(int a, int b) { if (!s_names.ContainsKey(a)) s_names.Remove(b); }
            public void Or(int a, int b) { if (s_names.ContainsKey(a)) s_names[b] = ""; }
            public void Present() { if (s_list != null) s_list.Add(1); }
        }
        """);

    [Fact]
    public Task A_bound_that_promises_nothing_is_left_to_the_rule_about_updates() => Ignores(
        """
        class Slots
        {
            private volatile int _level;
            public void Raise(int max) { if (_level < max) _level++; }
            public void Lower() { if (_level > 0) _level--; }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        public class Names
        {
            static readonly Dictionary<int, string> s_names = new();
            public void Add(int a) { if (!s_names.ContainsKey()) s_names.Add(; if (s_names.) s_names[ = ; if (s_names.Count > ) s_names++
        """,
        allowErrors: true);

    [Fact]
    public Task A_class_whose_comment_says_that_it_is_not_thread_safe_is_ignored() => Ignores(
        """
        /// <summary>Compresses. This class is <i>not</i> thread safe.</summary>
        public sealed class Deflater
        {
            private volatile int _state;
            private int _left;
            public void Deflate()
            {
                if (_state < 3) { Interlocked.Increment(ref _left); _state = _state + 1; }
            }
        }
        """);
}
