using Assay.TestKit;
using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>What programs are made of and how they are judged: each race below is reached by one kind of call, and each correct twin is one that looks like it.</summary>
public sealed class ProgramTests
{
    private const string Counter = "private readonly object _gate = new(); private int _value; public int Value { get { lock (_gate) return _value; } }";

    [Theory]
    [InlineData("work that fails", Counter + "public void Run(Action work) { try { work(); } catch (InvalidOperationException) { _value++; throw; } }")]
    [InlineData("a task as an argument", "private volatile int _value; public int Value => _value; public async Task Add(Task<int> more) { var before = _value; _value = before + await more; }")]
    [InlineData("a request", "private readonly HttpClient _http; private string? _token; public Sample(HttpClient http) => _http = http; public async Task<string> Token() { if (_token is null) _token = await _http.GetStringAsync(\"token\"); return _token; }")]
    [InlineData("an interface nobody implements", "private readonly IComparer<string> _order; private int _value; public Sample(IComparer<string> order) => _order = order; public int Value => _value; public void Add(string a) { if (_order.Compare(a, a) > 0) _value++; }")]
    [InlineData("two objects", "private int _value; private readonly object _gate = new(); public int Value { get { lock (_gate) return _value; } } public void Move(Sample to) { lock (_gate) lock (to._gate) { _value--; to._value++; } }")]
    [InlineData("a generic method", "private int _value; public int Value => _value; public void Add<T>(T one) => _value++;")]
    [InlineData("items that are walked through", "private readonly List<string> _items = []; public void Add(string one) { lock (_items) _items.Add(one); } public IEnumerable<string> Items { get { lock (_items) return _items; } }")]
    [InlineData("a query that is asked later", "private readonly List<string> _items = []; public void Add(string one) { lock (_items) _items.Add(one); } public IEnumerable<string> Long() { lock (_items) return _items.Where(one => one.Length > 3); }")]
    [InlineData("a query", "private readonly List<string> _items = []; public void Add(string one) { lock (_items) _items.Add(one); } public string? Last() => _items.LastOrDefault();")]
    [InlineData("items that come later", "private int _value; public void Add() { _value++; } public async IAsyncEnumerable<int> Values() { yield return _value; await Task.Yield(); yield return _value; }")]
    [InlineData("a subscription that ends", "private readonly List<Action> _all = []; public IDisposable Subscribe(Action one) { lock (_all) _all.Add(one); return new End(this, one); } private sealed class End(Sample of, Action one) : IDisposable { public void Dispose() => of._all.Remove(one); }")]
    [InlineData("a timer", "private readonly Timer _timer; private int _ticks; public Sample() => _timer = new Timer(_ => _ticks++, null, 1000, 1000); public int Ticks => _ticks; public void Skip() => _ticks += 10;")]
    [InlineData("one timer too many", "private volatile bool _runs; private Timer? _timer; public bool Runs => _runs; public void Start() { if (_runs) return; _runs = true; _timer = new Timer(_ => { }, null, 1000, 1000); }")]
    [InlineData("a wait that gave up", "private readonly SemaphoreSlim _turn = new(1); private int _value; public void Add() { _turn.Wait(TimeSpan.FromSeconds(5)); _value++; _turn.Release(); }")]
    [InlineData("tasks of one call", "public async Task<int> Count(IEnumerable<int> all) { var count = 0; await Task.WhenAll(all.Select(one => Task.Run(() => { count++; }))); return count; }")]
    [InlineData("state that no member shows", "private readonly ConcurrentDictionary<string, int> _online = new(); public void Come(string user) { if (_online.ContainsKey(user)) _online[user]++; else _online.TryAdd(user, 1); }")]
    [InlineData("a hash that two compute", "private readonly System.Security.Cryptography.SHA256 _hash = System.Security.Cryptography.SHA256.Create(); public byte[] Of(byte[] content) => _hash.ComputeHash(content);")]
    [InlineData("a lock over an await", "private readonly object _gate = new(); public async Task Go(Func<Task> work) { Monitor.Enter(_gate); try { await work(); } finally { Monitor.Exit(_gate); } }")]
    [InlineData("a record that is replaced", "public sealed record Limits(int Requests); private volatile Limits _now = new(0); public Limits Now => _now; public void Raise(int by) => _now = _now with { Requests = _now.Requests + by };")]
    [InlineData("beside a call that never ends", "private int _value; public int Value => _value; public void Add() => _value++; public void Spin() { while (true) { } }")]
    public void A_race_is_reached_through(string what, string members)
    {
        var verdict = Race(members);
        Assert.True(verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock, $"{what}: {verdict}");
    }

    [Theory]
    [InlineData("an attempt that is refused", "private readonly object _gate = new(); private int _value; public bool TryAdd() { if (!Monitor.TryEnter(_gate)) return false; try { _value++; return true; } finally { Monitor.Exit(_gate); } } public int Value { get { lock (_gate) return _value; } }")]
    [InlineData("a permit that is refused", "private readonly SemaphoreSlim _turn = new(1); private int _value; public async Task<bool> TryAdd() { if (!await _turn.WaitAsync(0)) return false; try { _value++; await Task.Yield(); return true; } finally { _turn.Release(); } }")]
    [InlineData("what flows with a thread", "private static readonly AsyncLocal<string?> s_user = new(); public string? User { get => s_user.Value; set => s_user.Value = value; }")]
    [InlineData("two objects in one order", "private static int s_made; private readonly int _number = Interlocked.Increment(ref s_made); private readonly object _gate = new(); private int _value; public int Value { get { lock (_gate) return _value; } } public void Move(Sample to) { if (to == this) return; var (first, second) = _number < to._number ? (this, to) : (to, this); lock (first._gate) lock (second._gate) { _value--; to._value++; } }")]
    [InlineData("a copy that is walked through", "private readonly List<string> _items = []; public void Add(string one) { lock (_items) _items.Add(one); } public IEnumerable<string> Items { get { lock (_items) return [.. _items]; } }")]
    [InlineData("a query under the lock", "private readonly List<string> _items = []; public void Add(string one) { lock (_items) _items.Add(one); } public string? Last() { lock (_items) return _items.LastOrDefault(); }")]
    [InlineData("a timer with a lock", "private readonly object _gate = new(); private readonly Timer _timer; private int _ticks; public Sample() => _timer = new Timer(_ => { lock (_gate) _ticks++; }, null, 1000, 1000); public int Ticks { get { lock (_gate) return _ticks; } } public void Skip() { lock (_gate) _ticks += 10; }")]
    [InlineData("items taken under the lock each", "private readonly object _gate = new(); private int _value; public int Value { get { lock (_gate) return _value; } } public async Task Add(IAsyncEnumerable<int> all) { await foreach (var one in all) lock (_gate) _value += one; }")]
    [InlineData("a lock given back that nobody took", "private readonly object _gate = new(); public void Leave() => Monitor.Exit(_gate);")]
    public void No_race_is_seen_in(string what, string members)
    {
        var verdict = Race(members);
        Assert.True(verdict.Kind == RaceVerdictKind.Clean, $"{what}: {verdict}");
    }

    [Theory]
    [InlineData("private int _value; public int Value => _value; protected override async Task ExecuteAsync(CancellationToken stop) { while (true) { await Task.Delay(1000, stop); _value++; } } public void Skip() => _value += 10;", RaceVerdictKind.Violation)]
    [InlineData("private int _value; public int Value => Volatile.Read(ref _value); protected override async Task ExecuteAsync(CancellationToken stop) { while (true) { await Task.Delay(1000, stop); Interlocked.Increment(ref _value); } } public void Skip() => Interlocked.Add(ref _value, 10);", RaceVerdictKind.Clean)]
    public void The_work_of_a_hosted_service_meets_its_callers(string members, RaceVerdictKind expected)
    {
        var (image, symbols) = Compiled.Compile(TestReferences.All, ("Sample.cs", $"public class Sample : Microsoft.Extensions.Hosting.BackgroundService {{ {members} }}"));
        var code = WovenCode.Load(image, symbols);
        var verdict = new TypeExplorer(code, code.Assembly.GetType("Sample")!, new RaceOptions { MaxPrograms = 40, MaxSchedules = 100 }).Explore(TestContext.Current.CancellationToken);
        Assert.True(verdict.Kind == expected, verdict.ToString());
    }

    [Fact]
    public void A_type_that_refuses_made_up_arguments_is_undecided()
    {
        var verdict = Race("public Sample(string key) => ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, 32); public void Go() { }");
        Assert.Equal(RaceVerdictKind.Undecided, verdict.Kind);
        Assert.Contains("cannot be made", verdict.Reason, StringComparison.Ordinal);
    }

    private static RaceVerdict Race(string members) => Compiled.Race($"public class Sample {{ {members} }}", "Sample", options: new RaceOptions { MaxPrograms = 60, MaxSchedules = 200 });
}
