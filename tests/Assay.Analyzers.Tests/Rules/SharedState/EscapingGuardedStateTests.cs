using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class EscapingGuardedStateTests : RuleTests<EscapingGuardedState, EscapingGuardedStateFix>
{
    private static string Type(string member) => $$"""
        class Board
        {
            private readonly object _gate = new();
            private readonly List<int> _items = [];
            private readonly Dictionary<string, int> _byName = [];

            public void Add(int i)
            {
                lock (_gate)
                {
                    _items.Add(i);
                    _byName["last"] = i;
                }
            }

            public void Clear()
            {
                lock (_gate)
                {
                    _items.Clear();
                    _byName.Clear();
                }
            }

            public bool Has(int i)
            {
                lock (_gate)
                {
                    return _items.Contains(i) && _byName.Count > 0;
                }
            }

        {{string.Join("\n", member.Split('\n').Select(l => l.Length == 0 ? l : "    " + l))}}
        }
        """;

    [Fact]
    public Task A_list_returned_from_its_lock_is_flagged() => Flags(
        Type("public IReadOnlyList<int> Items() { lock (_gate) { return [|_items|]; } }"),
        messages: ["'_items' leaves the lock '_gate' here: the caller walks it while 'Add' changes it at line 11"]);

    [Fact]
    public Task A_list_returned_without_the_lock_is_flagged() => Flags(Type("public List<int> Items => [|_items|];"));

    [Fact]
    public Task A_query_that_runs_later_is_flagged() => Flags(
        Type("public IEnumerable<int> Even() { lock (_gate) { return [|_items|].Where(i => i % 2 == 0).OrderBy(i => i); } }"),
        messages: ["'_items' leaves the lock '_gate' here as a deferred 'OrderBy': the caller walks it while 'Add' changes it at line 11"]);

    [Fact]
    public Task The_keys_of_a_dictionary_are_flagged() => Flags(
        Type("public IEnumerable<string> Names() { lock (_gate) { return [|_byName|].Keys; } }"),
        messages: ["'_byName' leaves the lock '_gate' here as its 'Keys': the caller walks it while 'Add' changes it at line 12"]);

    [Fact]
    public Task A_read_only_view_is_flagged() => Flags(
        Type("public IReadOnlyList<int> Items() { lock (_gate) { return [|_items|].AsReadOnly(); } }"));

    [Fact]
    public Task Copies_are_ignored() => Ignores(Type("""
        public List<int> Items() { lock (_gate) { return _items.ToList(); } }
        public int[] Array() { lock (_gate) { return [.. _items]; } }
        public List<int> Even() { lock (_gate) { return _items.Where(i => i % 2 == 0).ToList(); } }
        public Dictionary<string, int> Copy() { lock (_gate) { return new Dictionary<string, int>(_byName); } }
        public int First() { lock (_gate) { return _items[0]; } }
        public int Count() { lock (_gate) { return _items.Count; } }
        public string[] Names() { lock (_gate) { return _byName.Keys.ToArray(); } }
        """));

    [Fact]
    public Task A_private_function_for_code_under_the_lock_is_ignored() => Ignores(
        Type("private List<int> Unlocked() => _items;\npublic int Sum() { lock (_gate) { return Unlocked().Sum(); } }"));

    [Fact]
    public Task A_list_that_is_only_ever_replaced_is_ignored() => Ignores(
        """
        class Board
        {
            private readonly object _gate = new();
            private List<int> _items = [];
            public void Add(int i) { lock (_gate) { _items = [.. _items, i]; } }
            public void Clear() { lock (_gate) { _items = []; } }
            public IReadOnlyList<int> Items() { lock (_gate) { return _items; } }
        }
        """);

    [Fact]
    public Task A_list_that_is_handed_over_for_good_is_ignored() => Ignores(
        """
        class Batch
        {
            private readonly object _gate = new();
            private List<int> _items = [];
            public void Add(int i) { lock (_gate) { _items.Add(i); } }
            public List<int> Take()
            {
                lock (_gate)
                {
                    var taken = _items;
                    _items = [];
                    return taken;
                }
            }
        }
        """);

    [Fact]
    public Task An_array_and_its_index_are_ignored() => Ignores(
        """
        class Samples
        {
            private readonly object _gate = new();
            private readonly int[] _values = new int[8];
            private int _next;
            public void Add(int i) { lock (_gate) { _values[_next] = i; _next = (_next + 1) % 8; } }
            public int Last() { lock (_gate) { return _values[_next]; } }
            public int Next => _next;
            public int[] Values => _values;
        }
        """);

    [Fact]
    public Task A_list_without_a_lock_is_ignored() => Ignores(
        """
        class Board
        {
            private readonly List<int> _items = [];
            public void Add(int i) => _items.Add(i);
            public List<int> Items => _items;
        }
        """);

    [Fact]
    public Task Half_typed_code_is_flagged() => Flags(Type("public List<int> Items() { lock (_gate) { return [|_items|]; } } public int Missing( }"), allowErrors: true);

    [Fact]
    public Task The_return_becomes_one_of_a_copy() => Fixes(
        Type("public IReadOnlyList<int> Items()\n{\n    lock (_gate)\n    {\n        return [|_items|];\n    }\n}"),
        Type("public IReadOnlyList<int> Items()\n{\n    lock (_gate)\n    {\n        return _items.ToList();\n    }\n}"));

    [Fact]
    public Task The_unlocked_return_becomes_one_of_a_copy_under_the_lock() => Fixes(
        Type("public List<int> Items()\n{\n    return [|_items|];\n}"),
        Type("public List<int> Items()\n{\n    lock (_gate)\n    {\n        return _items.ToList();\n    }\n}"));

    [Fact]
    public Task The_expression_body_becomes_a_copy_under_the_lock() => Fixes(
        Type("public List<int> Items => [|_items|];"),
        Type("public List<int> Items\n{\n    get\n    {\n        lock (_gate)\n        {\n            return _items.ToList();\n        }\n    }\n}"));

    [Fact]
    public Task The_deferred_query_becomes_a_list() => Fixes(
        Type("public IEnumerable<int> Even()\n{\n    lock (_gate)\n    {\n        return [|_items|].Where(i => i % 2 == 0);\n    }\n}"),
        Type("public IEnumerable<int> Even()\n{\n    lock (_gate)\n    {\n        return _items.Where(i => i % 2 == 0).ToList();\n    }\n}"));

    [Fact]
    public Task The_dictionary_becomes_a_copy_with_its_comparer() => Fixes(
        Type("public IReadOnlyDictionary<string, int> All()\n{\n    lock (_gate)\n    {\n        return [|_byName|];\n    }\n}"),
        Type("public IReadOnlyDictionary<string, int> All()\n{\n    lock (_gate)\n    {\n        return new Dictionary<string, int>(_byName, _byName.Comparer);\n    }\n}"));

    [Fact]
    public Task No_fix_where_the_key_collection_itself_is_promised()
    {
        var source = Type("public Dictionary<string, int>.KeyCollection Names() { lock (_gate) { return [|_byName|].Keys; } }");
        return Fixes(source, source);
    }

    [Fact]
    public Task A_sync_root_that_hands_out_the_lock_is_ignored() => Ignores(
        """
        class Packages
        {
            private readonly Dictionary<string, int> _infos = new();
            public object SyncRoot { get { return _infos; } }
            public void Set(string name, int info) { lock (_infos) _infos[name] = info; }
            public int Get(string name) { lock (_infos) return _infos[name]; }
            public int Count() { lock (_infos) return _infos.Count; }
        }
        """);

    [Theory]
    [InlineData("public IEnumerable<int> M() { lock (_gate) return from i in [|_items|] where i > 3 select i; }")]
    [InlineData("public IEnumerable<int> M() { lock (_gate) { var large = [|_items|].Where(i => i > 3); return large; } }")]
    [InlineData("public IEnumerator<int> M() { lock (_gate) return [|_items|].GetEnumerator(); }")]
    [InlineData("public System.Collections.ObjectModel.ReadOnlyCollection<int> M() { lock (_gate) return new System.Collections.ObjectModel.ReadOnlyCollection<int>([|_items|]); }")]
    [InlineData("public bool M(out List<int> items) { lock (_gate) { items = [|_items|]; return true; } }")]
    public Task A_way_out_by_another_name_is_flagged(string member) => Flags(Type(member));

    [Theory]
    [InlineData("public IEnumerable<int> M() { lock (_gate) return (from i in _items where i > 3 select i).ToList(); }")]
    [InlineData("public IEnumerable<int> M() { lock (_gate) { var large = _items.Where(i => i > 3); return large.ToArray(); } }")]
    [InlineData("public IEnumerator<int> M() { lock (_gate) return new List<int>(_items).GetEnumerator(); }")]
    [InlineData("public bool M(out List<int> items) { lock (_gate) { items = [.. _items]; return true; } }")]
    public Task A_copy_by_another_name_is_ignored(string member) => Ignores(Type(member));
}
