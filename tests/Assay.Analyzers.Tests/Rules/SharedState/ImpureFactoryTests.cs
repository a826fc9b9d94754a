using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class ImpureFactoryTests : RuleTests<ImpureFactory, ImpureFactoryFix>
{
    private static string Cache(string value, string members) =>
        $$"""
        using System.Collections.Concurrent;

        class C
        {
            private readonly ConcurrentDictionary<string, {{value}}> _d = new();
            private readonly List<string> _log = [];
            private int _made;
            private static async Task<string> LoadAsync(string key) { await Task.Yield(); return key; }
        {{string.Join('\n', members.TrimEnd().Split('\n').Select(line => line.Length == 0 ? line : "    " + line))}}
        }

        """;

    [Fact]
    public Task A_count_in_a_factory_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;

        class C
        {
            readonly ConcurrentDictionary<string, int> _d = new();
            int _made;
            int Get(string k) => _d.GetOrAdd(k, [|key => {|#0:_made++|}|]);
        }
        """,
        messages: ["'GetOrAdd' can run this factory twice for one key and drop one result; its effect at line 7 is not undone: '_made' is counted twice"]);

    [Theory]
    [InlineData("int", "int Get(string k) => _d.GetOrAdd(k, [|key => { _log.Add(key); return 1; }|]);")]
    [InlineData("int", "int Get(string k) => _d.GetOrAdd(k, [|key => { _made = key.Length; return 1; }|]);")]
    [InlineData("int", "int Get(string k) => _d.GetOrAdd(k, [|_ => Interlocked.Increment(ref _made)|]);")]
    [InlineData("int", "int Get(string k) => _d.AddOrUpdate(k, 1, [|(key, n) => { _log.Add(key); return n; }|]);")]
    [InlineData("Task<string>", "Task<string> Get(string k) => _d.GetOrAdd(k, [|key => LoadAsync(key)|]);")]
    [InlineData("HttpClient", "HttpClient Get(string k) => _d.GetOrAdd(k, [|_ => new HttpClient()|]);")]
    [InlineData("Timer", "Timer Get(string k) => _d.GetOrAdd(k, [|_ => new Timer(_ => { })|]);")]
    [InlineData("int", "bool Add(string k) { var added = false; _d.GetOrAdd(k, [|_ => { added = true; return 1; }|]); return added; }")]
    [InlineData("int", "int Get(string k) => _d.GetOrAdd(k, [|Make|]); int Make(string key) { _log.Add(key); return 1; }")]
    public Task Effects_are_flagged(string value, string members) => Flags(Cache(value, members));

    [Theory]
    [InlineData("int", "int Get(string k) => _d.GetOrAdd(k, key => key.Length);")]
    [InlineData("int", "int Get(string k) => _d.GetOrAdd(k, 1);")]
    [InlineData("List<int>", "List<int> Get(string k) => _d.GetOrAdd(k, key => { var list = new List<int>(); list.Add(key.Length); return list; });")]
    [InlineData("Lazy<Task<string>>", "Task<string> Get(string k) => _d.GetOrAdd(k, key => new Lazy<Task<string>>(() => { _log.Add(key); return LoadAsync(key); })).Value;")]
    [InlineData("Task<string>", "Task<string> Get(string k) => _d.GetOrAdd(k, key => Task.FromResult(key));")]
    [InlineData("object", "bool Add(string k) { object? made = null; var got = _d.GetOrAdd(k, _ => { made = new object(); return made; }); return got == made; }")]
    [InlineData("int", "int Get(string k) { lock (_log) return _d.GetOrAdd(k, key => { _log.Add(key); return 1; }); }")]
    [InlineData("int", "int Get(string k) => _d.AddOrUpdate(k, 1, (_, n) => n + 1);")]
    [InlineData("int[]", "int[] Get(string k) => _d.GetOrAdd(k, key => { var all = new int[3]; all[0] = 1; all[1]++; return all; });")]
    public Task Values_that_can_be_dropped_are_ignored(string value, string members) => Ignores(Cache(value, members));

    [Fact]
    public Task Half_typed_code_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;

        class C
        {
            ConcurrentDictionary<string, int> _d = new();
            void M() { _d.GetOrAdd("", key => missing++); _d.GetOrAdd( ; }
        }
        """,
        allowErrors: true);

    [Fact]
    public Task The_values_become_lazy() => Fixes(
        Cache(
            "Task<string>",
            """
            public Task<string> Get(string k) => _d.GetOrAdd(k, [|key => LoadAsync(key)|]);

            public void Forget(string k) => _d.TryRemove(k, out _);

            public int Count => _d.Count;
            """),
        Cache(
            "Lazy<Task<string>>",
            """
            public Task<string> Get(string k) => _d.GetOrAdd(k, key => new Lazy<Task<string>>(() => LoadAsync(key))).Value;

            public void Forget(string k) => _d.TryRemove(k, out _);

            public int Count => _d.Count;
            """),
        "Wrap the values in 'Lazy<T>'");

    [Theory]
    [InlineData("int", "public int Get(string k) => _d.GetOrAdd(k, [|key => _made++|]) + _d[k];")]
    [InlineData("int", "public int Get(string k) => _d.AddOrUpdate(k, 1, [|(key, n) => _made++|]);")]
    [InlineData("Task<string>", "public Task<string> Get(string k) => _d.TryGetValue(k, out var t) ? t : _d.GetOrAdd(k, [|key => LoadAsync(key)|]);")]
    public Task Other_uses_are_left_and_become_nothing(string value, string members) => Fixes(Cache(value, members), Cache(value, members));

    [Fact]
    public Task Files_and_processes_are_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        using System.Diagnostics;
        class C
        {
            readonly ConcurrentDictionary<string, int> _d = new();
            readonly ConcurrentDictionary<string, FileStream> _files = new();
            int Mark(string k) => _d.GetOrAdd(k, [|key => { {|#0:File.WriteAllText(key, "")|}; return 1; }|]);
            FileStream Open(string k) => _files.GetOrAdd(k, [|key => {|#1:File.OpenWrite(key)|}|]);
            int Start(string k) => _d.GetOrAdd(k, [|key => {|#2:Process.Start(key)|}.Id|]);
            int Size(string k) => _d.GetOrAdd(k, key => File.ReadAllText(key).Length);
        }
        """);
}
