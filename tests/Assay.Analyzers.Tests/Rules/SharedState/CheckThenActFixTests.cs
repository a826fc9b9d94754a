using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class CheckThenActFixTests : RuleTests<CheckThenAct, CheckThenActFix>
{
    private static string Dictionary(string type, string members) =>
        $$"""
        using System.Collections.Concurrent;

        class C
        {
            readonly ConcurrentDictionary<string, {{type}}> _d = new();
        {{string.Join('\n', members.TrimEnd().Split('\n').Select(line => line.Length == 0 ? line : "    " + line))}}
        }

        """;

    private static Task Becomes(string type, string before, string after, string title) =>
        Fixes(Dictionary(type, before), Dictionary(type, after), title);

    private static Task Stays(string type, string code) => Fixes(Dictionary(type, code), Dictionary(type, code));

    [Fact]
    public Task An_add_of_a_missing_key_becomes_TryAdd() => Becomes(
        "int",
        """
        void Add(string k, int v)
        {
            // Once only.
            if (!_d.ContainsKey(k))
                [|_d[k] = v|]; // done
            if (!_d.ContainsKey(k)) { [|_d.TryAdd(k, v)|]; }
        }

        bool AddAndTell(string k)
        {
            if (!_d.ContainsKey(k))
            {
                // New.
                [|_d[k] = 0|];
                Console.WriteLine(k);
                return true;
            }
            return false;
        }

        void AddOrLog(string k, int v)
        {
            if (!_d.ContainsKey(k))
            {
                [|_d[k] = v|];
            }
            else
            {
                Console.WriteLine(k);
            }
        }
        """,
        """
        void Add(string k, int v)
        {
            // Once only.
            _d.TryAdd(k, v); // done
            _d.TryAdd(k, v);
        }

        bool AddAndTell(string k)
        {
            if (_d.TryAdd(k, 0))
            {
                // New.
                Console.WriteLine(k);
                return true;
            }
            return false;
        }

        void AddOrLog(string k, int v)
        {
            if (!_d.TryAdd(k, v))
            {
                Console.WriteLine(k);
            }
        }
        """,
        "Add with 'TryAdd'");

    [Fact]
    public Task An_exit_when_the_key_is_there_becomes_TryAdd() => Becomes(
        "List<int>",
        """
        bool Open(string k)
        {
            if (_d.ContainsKey(k))
                return false;
            // A new one.
            [|_d[k] = new List<int>()|];
            return true;
        }

        void Register(string k, List<int> v)
        {
            if (_d.ContainsKey(k))
            {
                throw new InvalidOperationException(k);
            }

            [|_d.TryAdd(k, v)|];
        }

        void All(string[] ks)
        {
            foreach (var k in ks)
            {
                if (_d.ContainsKey(k)) continue;
                [|_d[k] = new()|];
                Console.WriteLine(k);
            }
        }
        """,
        """
        bool Open(string k)
        {
            // A new one.
            if (!_d.TryAdd(k, new List<int>()))
                return false;
            return true;
        }

        void Register(string k, List<int> v)
        {
            if (!_d.TryAdd(k, v))
            {
                throw new InvalidOperationException(k);
            }
        }

        void All(string[] ks)
        {
            foreach (var k in ks)
            {
                if (!_d.TryAdd(k, new())) continue;
                Console.WriteLine(k);
            }
        }
        """,
        "Add with 'TryAdd'");

    [Fact]
    public Task A_get_or_create_becomes_GetOrAdd() => Becomes(
        "List<int>",
        """
        List<int> Get(string k)
        {
            // One list for each key.
            if (!_d.TryGetValue(k, out var list))
            {
                list = new List<int>(4);
                [|_d[k] = list|];
            }
            return list;
        }

        void Append(string k, int n)
        {
            if (!_d.TryGetValue(k, out List<int>? list))
            {
                list = Make();
                [|_d.TryAdd(k, list)|];
            }

            list.Add(n);
        }

        List<int> Early(string k)
        {
            if (_d.TryGetValue(k, out var list))
            {
                return list;
            }

            list = Make();
            [|_d[k] = list|];
            return list;
        }

        List<int> Chained(string k)
        {
            if (_d.TryGetValue(k, out var list)) return list;
            return [|_d[k] = Make()|];
        }

        List<int> Named(string k)
        {
            if (_d.TryGetValue(k, out var known)) return known;
            var made = Make();
            [|_d[k] = made|];
            return made;
        }

        List<int> Expression(string k) => _d.TryGetValue(k, out var list) ? list : [|_d[k] = Make()|];

        List<int> Assigned(string k)
        {
            List<int>? list;
            if (!_d.TryGetValue(k, out list)) [|_d[k] = list = Make()|];
            return list;
        }

        static List<int> Make() => [];
        """,
        """
        List<int> Get(string k)
        {
            // One list for each key.
            return _d.GetOrAdd(k, _ => new List<int>(4));
        }

        void Append(string k, int n)
        {
            List<int>? list = _d.GetOrAdd(k, _ => Make());

            list.Add(n);
        }

        List<int> Early(string k)
        {
            return _d.GetOrAdd(k, _ => Make());
        }

        List<int> Chained(string k)
        {
            return _d.GetOrAdd(k, _ => Make());
        }

        List<int> Named(string k)
        {
            return _d.GetOrAdd(k, _ => Make());
        }

        List<int> Expression(string k) => _d.GetOrAdd(k, _ => Make());

        List<int> Assigned(string k)
        {
            List<int>? list;
            list = _d.GetOrAdd(k, _ => Make());
            return list;
        }

        static List<int> Make() => [];
        """,
        "Get or add with 'GetOrAdd'");

    [Fact]
    public Task An_add_that_is_read_at_once_becomes_GetOrAdd() => Becomes(
        "List<int>",
        """
        List<int> Get(string k)
        {
            if (!_d.ContainsKey(k))
                [|_d[k] = new()|];
            return _d[k];
        }

        void Append(string k, int n)
        {
            if (!_d.ContainsKey(k))
            {
                [|_d[k] = Make(k)|];
            }
            var list = _d[k];
            list.Add(n);
        }

        void Warm(string k)
        {
            if (!_d.ContainsKey(k)) [|_d[k] = Make(k)|];
        }

        static List<int> Make(string k) => [k.Length];
        """,
        """
        List<int> Get(string k)
        {
            return _d.GetOrAdd(k, _ => new());
        }

        void Append(string k, int n)
        {
            var list = _d.GetOrAdd(k, _ => Make(k));
            list.Add(n);
        }

        void Warm(string k)
        {
            _d.GetOrAdd(k, _ => Make(k));
        }

        static List<int> Make(string k) => [k.Length];
        """,
        "Add with 'GetOrAdd'");

    [Fact]
    public Task Reads_of_a_checked_key_become_TryGetValue() => Becomes(
        "string",
        """
        void Forget(string k) => _d.TryRemove(k, out _);

        string? Get(string k)
        {
            if (_d.ContainsKey(k))
                return [|_d[k]|];
            return null;
        }

        string Or(string k) => _d.ContainsKey(k) ? [|_d[k]|] : "none";

        int Length(string k) => _d.ContainsKey(k) && [|_d[k]|].Length > 0 ? [|_d[k]|].Length : 0;

        string Throw(string k)
        {
            if (!_d.ContainsKey(k)) throw new KeyNotFoundException(k);
            return [|_d[k]|];
        }

        string Taken(string k, string value)
        {
            if (_d.ContainsKey(k)) { return value + [|_d[k]|]; }
            return value;
        }
        """,
        """
        void Forget(string k) => _d.TryRemove(k, out _);

        string? Get(string k)
        {
            if (_d.TryGetValue(k, out var value))
                return value;
            return null;
        }

        string Or(string k) => _d.TryGetValue(k, out var value) ? value : "none";

        int Length(string k) => _d.TryGetValue(k, out var value) && value.Length > 0 ? value.Length : 0;

        string Throw(string k)
        {
            if (!_d.TryGetValue(k, out var value)) throw new KeyNotFoundException(k);
            return value;
        }

        string Taken(string k, string value)
        {
            if (_d.TryGetValue(k, out var found)) { return value + found; }
            return value;
        }
        """,
        "Read with 'TryGetValue'");

    [Fact]
    public Task A_checked_removal_becomes_a_tested_one() => Becomes(
        "Stream",
        """
        void Close(string k)
        {
            if (_d.ContainsKey(k))
            {
                [|_d.TryRemove(k, out var stream)|];
                stream!.Dispose();
            }
        }

        void CloseFound(string k)
        {
            if (_d.TryGetValue(k, out var stream))
            {
                [|_d.TryRemove(k, out _)|];
                stream.Dispose();
            }
        }

        void Forget(string k)
        {
            if (_d.ContainsKey(k)) [|_d.TryRemove(k, out _)|];
        }
        """,
        """
        void Close(string k)
        {
            if (_d.TryRemove(k, out var stream))
            {
                stream!.Dispose();
            }
        }

        void CloseFound(string k)
        {
            if (_d.TryRemove(k, out var stream))
            {
                stream.Dispose();
            }
        }

        void Forget(string k)
        {
            _d.TryRemove(k, out _);
        }
        """,
        "Test the result of 'TryRemove'");

    [Fact]
    public Task A_take_after_a_look_becomes_a_tested_take() => Fixes(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentQueue<int> _queue = new();
            readonly ConcurrentStack<int> _stack = new();
            void Work()
            {
                while (!_queue.IsEmpty)
                {
                    [|_queue.TryDequeue(out var job)|];
                    Console.WriteLine(job);
                }
                if (_stack.Count > 0)
                {
                    [|_stack.TryPop(out var top)|];
                    Console.WriteLine(top);
                }
            }
        }
        """,
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentQueue<int> _queue = new();
            readonly ConcurrentStack<int> _stack = new();
            void Work()
            {
                while (_queue.TryDequeue(out var job))
                {
                    Console.WriteLine(job);
                }
                if (_stack.TryPop(out var top))
                {
                    Console.WriteLine(top);
                }
            }
        }
        """);

    [Fact]
    public Task A_removal_by_value_becomes_one_that_compares() => Becomes(
        "Version",
        """
        void Expire(string k, Version now)
        {
            if (_d.TryGetValue(k, out var version) && version < now)
                [|_d.TryRemove(k, out _)|];
        }
        """,
        """
        void Expire(string k, Version now)
        {
            if (_d.TryGetValue(k, out var version) && version < now)
                _d.TryRemove(KeyValuePair.Create(k, version));
        }
        """,
        "Remove only the value that was checked");

    [Fact]
    public Task A_counted_entry_becomes_AddOrUpdate() => Becomes(
        "int",
        """
        void Forget(string k) => _d.TryRemove(k, out _);

        void Hit(string k)
        {
            if (_d.TryGetValue(k, out var n))
                [|_d[k] = n + 1|];
            else
                [|_d[k] = 1|];
        }

        void Step(string k, int by)
        {
            if (!_d.ContainsKey(k)) { [|_d[k] = by|]; }
            else { [|_d[k] += by|]; }
        }

        void Max(string k, int v)
        {
            if (_d.ContainsKey(k)) [|_d[k] = Math.Max(_d[k], v)|];
            else [|_d[k] = v|];
        }

        void Sum(string k, int by)
        {
            _d.TryGetValue(k, out var sum);
            [|_d[k] = sum + by|];
        }
        """.Replace("[|_d[k] = Math.Max(_d[k], v)|]", "[|_d[k] = Math.Max([|_d[k]|], v)|]"),
        """
        void Forget(string k) => _d.TryRemove(k, out _);

        void Hit(string k)
        {
            _d.AddOrUpdate(k, 1, (_, n) => n + 1);
        }

        void Step(string k, int by)
        {
            _d.AddOrUpdate(k, by, (_, current) => current + by);
        }

        void Max(string k, int v)
        {
            _d.AddOrUpdate(k, v, (_, current) => Math.Max(current, v));
        }

        void Sum(string k, int by)
        {
            _d.AddOrUpdate(k, by, (_, sum) => sum + by);
        }
        """,
        "Write with 'AddOrUpdate'");

    [Fact]
    public Task What_no_atomic_call_says_exactly_stays() => Stays(
        "List<int>",
        """
        void Forget(string k) => _d.TryRemove(k, out _);

        async Task<List<int>> LoadAsync(string k)
        {
            if (_d.TryGetValue(k, out var list)) return list;
            list = await Task.FromResult(new List<int>());
            [|_d[k] = list|];
            return list;
        }

        List<int> Logged(string k)
        {
            if (!_d.TryGetValue(k, out var list))
            {
                list = new List<int>();
                Console.WriteLine(k);
                [|_d[k] = list|];
            }
            return list;
        }

        void ByRef(string k, ref int n)
        {
            if (!_d.TryGetValue(k, out var list)) { list = new List<int>(n) { n }; [|_d[k] = list|]; }
            n = list.Count;
        }

        void Commented(string k)
        {
            if (!_d.ContainsKey(k))
            {
                // Why this one is empty.
                [|_d[k] = new List<int>()|];
            }
        }

        void Or(string k, bool force)
        {
            if (force || !_d.ContainsKey(k)) [|_d[k] = new List<int>()|];
        }

        void Later(string k)
        {
            if (_d.ContainsKey(k)) return;
            Console.WriteLine(k);
            [|_d[k] = new List<int>()|];
        }

        int Written(string k)
        {
            if (_d.ContainsKey(k)) { var n = [|_d[k]|].Count; [|_d[k] = new List<int>()|]; return n; }
            return 0;
        }

        void Merge(string k, List<int> more)
        {
            if (_d.TryGetValue(k, out var list)) [|_d[k] = [.. list.Concat(more)]|];
            else [|_d[k] = more|];
        }
        """);

    [Fact]
    public Task Factories_are_not_confused_with_delegates() => Stays(
        "Func<int>",
        """
        Func<int> Get(string k)
        {
            if (!_d.TryGetValue(k, out var make))
            {
                make = () => k.Length;
                [|_d[k] = make|];
            }
            return make;
        }
        """);
}
