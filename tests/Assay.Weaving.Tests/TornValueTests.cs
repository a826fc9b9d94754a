using Assay.Verify.Exploration;
using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>A value wider than a machine word is read and written in halves: what guards it is clean, what reads it bare is found.</summary>
public sealed class TornValueTests
{
    // Each class is right, or has a race that nothing but a torn value shows, and ends in Bad. Both halves of what is written differ from what was there.
    private static readonly Dictionary<string, string> s_sources = new(StringComparer.Ordinal)
    {
        ["GuidUnderLock"] = """
            public class GuidUnderLock
            {
                private readonly object _gate = new();
                private Guid _id;
                public void Set(int n) { lock (_gate) _id = new Guid(n, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)n); }
                public Guid Get() { lock (_gate) return _id; }
            }
            """,
        ["GuidBad"] = """
            public class GuidBad
            {
                private readonly object _gate = new();
                private Guid _id;
                public void Set(int n) { lock (_gate) _id = new Guid(n, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)n); }
                public Guid Get() => _id;
            }
            """,
        ["DecimalUnderReadLock"] = """
            public class DecimalUnderReadLock
            {
                private readonly ReaderWriterLockSlim _gate = new();
                private decimal _price;
                public void Halve(int n) { _gate.EnterWriteLock(); try { _price = n / 2m; } finally { _gate.ExitWriteLock(); } }
                public void Negate(int n) { _gate.EnterWriteLock(); try { _price = -n; } finally { _gate.ExitWriteLock(); } }
                public decimal Price { get { _gate.EnterReadLock(); try { return _price; } finally { _gate.ExitReadLock(); } } }
            }
            """,
        ["DecimalBad"] = """
            public class DecimalBad
            {
                private decimal _price;
                public void Halve(int n) => _price = n / 2m;
                public void Negate(int n) => _price = -n;
                public decimal Price => _price;
            }
            """,
        ["TupleBehindReference"] = """
            public class TupleBehindReference
            {
                private sealed record Entry((string Name, int Count) Pair);
                private volatile Entry _entry = new(("", 0));
                public void Set(int n) => _entry = new Entry((n == 1 ? "one" : "two", n));
                public string Get() { var (name, count) = _entry.Pair; return name + count; }
            }
            """,
        ["TupleBad"] = """
            public class TupleBad
            {
                private (string Name, int Count) _pair = ("", 0);
                public void Set(int n) => _pair = (n == 1 ? "one" : "two", n);
                public string Get() { var (name, count) = _pair; return name + count; }
            }
            """,
        ["CellsUnderLock"] = """
            public class CellsUnderLock
            {
                public readonly record struct Cell(string Name, long Low, long High);
                private readonly Lock _gate = new();
                private readonly Cell[] _cells = new Cell[2];
                public void Set(int n) { lock (_gate) _cells[0] = new Cell("x", n, n); }
                public void Clear() { lock (_gate) _cells[0] = default; }
                public Cell Get() { lock (_gate) return _cells[0]; }
            }
            """,
        ["CellsBad"] = """
            public class CellsBad
            {
                public readonly record struct Cell(string Name, long Low, long High);
                private readonly Cell[] _cells = new Cell[2];
                public void Set(int n) => _cells[0] = new Cell("x", n, n);
                public Cell Get() => _cells[0];
            }
            """,
        ["ClearedCellBad"] = """
            public class ClearedCellBad
            {
                public readonly record struct Cell(long Low, long High);
                private readonly Cell[] _cells = [new Cell(1, 1)];
                public void Clear() => _cells[0] = default;
                public Cell Get() => _cells[0];
            }
            """,
        ["NullableUnderLock"] = """
            public class NullableUnderLock
            {
                private readonly object _gate = new();
                private long? _cached;
                public long Get(int n) { lock (_gate) return _cached ??= n; }
                public void Drop() { lock (_gate) _cached = null; }
            }
            """,
        ["NullableBad"] = """
            public class NullableBad
            {
                private readonly object _gate = new();
                private long? _cached;
                public long Get()
                {
                    if (_cached is { } known) return known;
                    lock (_gate) return _cached ??= 7;
                }
            }
            """,
        // Only what is read in halves shows it: what remains says that there is a value.
        ["DroppedNullableBad"] = """
            public class DroppedNullableBad
            {
                private long? _cached = 7;
                public void Drop() => _cached = null;
                public long Get() => _cached is { } known ? known : -1;
            }
            """,
        ["SeqLock"] = """
            public class SeqLock
            {
                private readonly object _writers = new();
                private int _version;
                private (long X, long Y) _point;
                public void Set(int n) { lock (_writers) { Interlocked.Increment(ref _version); _point = (n, n); Interlocked.Increment(ref _version); } }
                public (long X, long Y) Get()
                {
                    var spin = new SpinWait();
                    while (true)
                    {
                        var before = Volatile.Read(ref _version);
                        var point = _point;
                        Interlocked.MemoryBarrier();
                        if ((before & 1) == 0 && Volatile.Read(ref _version) == before) return point;
                        spin.SpinOnce();
                    }
                }
            }
            """,
        ["SeqLockBad"] = """
            public class SeqLockBad
            {
                private readonly object _writers = new();
                private int _version;
                private (long X, long Y) _point;
                public void Set(int n) { lock (_writers) { Interlocked.Increment(ref _version); _point = (n, n); Interlocked.Increment(ref _version); } }
                public (long X, long Y) Get()
                {
                    var spin = new SpinWait();
                    while ((Volatile.Read(ref _version) & 1) != 0) spin.SpinOnce();
                    return _point;
                }
            }
            """,
        ["SpanInStaticUnderLock"] = """
            public class SpanInStaticUnderLock
            {
                private static readonly object s_gate = new();
                private static DateTimeOffset s_from;
                public static void Set(int n) { lock (s_gate) s_from = new DateTimeOffset(2000, 1, n, 0, 0, 0, TimeSpan.FromHours(n)); }
                public static DateTimeOffset Get() { lock (s_gate) return s_from; }
            }
            """,
        ["SpanInStaticBad"] = """
            public class SpanInStaticBad
            {
                private static DateTimeOffset s_from;
                public static void Set(int n) => s_from = new DateTimeOffset(2000, 1, n, 0, 0, 0, TimeSpan.FromHours(n));
                public static DateTimeOffset Get() => s_from;
            }
            """,
        ["BoxOfValues"] = """
            public class BoxOfValues
            {
                private class Box<T> { private T _value = default!; public T Value { get { lock (this) return _value; } set { lock (this) _value = value; } } }
                private readonly Box<(int, long)> _box = new();
                private readonly Box<string> _name = new();
                public void Set(int n) { _box.Value = (n, n); _name.Value = "x"; }
                public long Get() { var (one, other) = _box.Value; return one - other; }
            }
            """,
        ["BoxOfValuesBad"] = """
            public class BoxOfValuesBad
            {
                private class Box<T> { private T _value = default!; public T Value { get => _value; set => _value = value; } }
                private readonly Box<(int, long)> _box = new();
                public void Set(int n) => _box.Value = (n, n);
                public long Get() { var (one, other) = _box.Value; return one - other; }
            }
            """,
        // No wider than a word, or of two words of which one changes: never in halves.
        ["OneWord"] = """
            public class OneWord
            {
                private readonly record struct Pair(int Low, int High);
                private Pair _pair;
                private (long Kept, long Changed) _wide = (5, 0);
                public void Set(int n) { _pair = new Pair(n, n); _wide = (5, n); }
                public int Width() { var pair = _pair; return pair.High - pair.Low; }
                public long Kept() => _wide.Kept;
            }
            """,
        // Written before anybody knows the object.
        ["Built"] = """
            public class Built
            {
                private class Node { private (long, long) _pair; public Node(int n) { _pair = (n, n); } public long Width() => _pair.Item2 - _pair.Item1; }
                private Node _node = new(0);
                public void Set(int n) => Volatile.Write(ref _node, new Node(n));
                public long Width() => Volatile.Read(ref _node).Width();
            }
            """,
    };

    public static TheoryData<string> Classes => [.. s_sources.Keys];

    [Theory]
    [MemberData(nameof(Classes))]
    public void What_tears_is_found_and_nothing_else_is_accused(string name)
    {
        var verdict = Compiled.Race(s_sources[name], name, options: new RaceOptions { MaxPrograms = 60, MaxSchedules = 300 });
        Assert.True(verdict.Kind == (name.EndsWith("Bad", StringComparison.Ordinal) ? RaceVerdictKind.Violation : RaceVerdictKind.Clean), verdict.ToString());
    }

    [Fact]
    public void A_reader_sees_either_half_first() => Assert.Equal(
        ["(1, 0) (1, 1)", "(1, 1) (1, 1)", "(0, 0) (1, 1)", "(0, 1) (1, 1)"],
        Outcomes.Of("private (long, long) _pair; public string Go() { (long, long) seen = default; Parallel.Invoke(() => _pair = (1, 1), () => seen = _pair); return $\"{seen} {_pair}\"; }"), SameItems);

    [Fact]
    public void Two_writers_leave_a_piece_of_each() => Assert.Equal(
        ["(1, 1)", "(1, 2)", "(2, 1)", "(2, 2)"],
        Outcomes.Of("private (long, long) _pair; public string Go() { Parallel.Invoke(() => _pair = (1, 1), () => _pair = (2, 2)); return $\"{_pair}\"; }"), SameItems);

    [Theory]
    [InlineData("private decimal[] _all = [0m]; public string Go() { Parallel.Invoke(() => _all[0] += 0.5m, () => _all[0] -= 3); return $\"{_all[0]}\"; }")]
    [InlineData("private decimal _all; public string Go() { Parallel.Invoke(() => { ref var all = ref _all; all += 0.5m; }, () => _all -= 3); return $\"{_all}\"; }")]
    public void What_is_counted_up_in_place_tears_as_well(string members) => Assert.Contains("-0.5", Outcomes.Of(members));

    [Theory]
    [InlineData("private ((string, long), Guid) _value; public string Go() { _value = ((\"a\", 1), Guid.Empty); Parallel.Invoke(() => GC.Collect(), () => _value = ((\"b\", 1), Guid.Empty)); return _value.Item1.Item1 + _value.Item1.Item2; }", "b1")]
    [InlineData("private long? _value = 1; public string Go() { Parallel.Invoke(() => { }, () => _value = null); return $\"{_value.HasValue}\"; }", "False")]
    [InlineData("private object? _value; private void Set<T>(ref T place, T value) => place = value; public string Go() { Parallel.Invoke(() => { }, () => Set(ref _value, \"x\")); return $\"{_value}\"; }", "x")]
    [InlineData("private string[] _values = [\"\"]; private static void Put<T>(T[] all, T value) => all[0] = value; public string Go() { var thrown = \"\"; Parallel.Invoke(() => { }, () => { try { Put<object>(_values, 1); } catch (ArrayTypeMismatchException) { thrown = \"mismatch\"; } }); return thrown; }", "mismatch")]
    [InlineData("private sealed class Cell { public Guid Id; } public string Go() { Cell? cell = null; var thrown = \"\"; Parallel.Invoke(() => { }, () => { try { cell!.Id = Guid.Empty; } catch (NullReferenceException) { thrown = \"null\"; } }); return thrown; }", "null")]
    [InlineData("private readonly Guid[] _all = new Guid[1]; public string Go() { var thrown = \"\"; Parallel.Invoke(() => { }, () => { try { _all[1] = Guid.Empty; } catch (IndexOutOfRangeException) { thrown = \"range\"; } }); return thrown; }", "range")]
    [InlineData("[System.Runtime.CompilerServices.InlineArray(4)] private struct Four { private long _one; } private Four _four; public string Go() { var four = new Four(); four[3] = 9; Parallel.Invoke(() => { }, () => _four = four); return $\"{_four[3]}\"; }", "9")]
    [InlineData("private (int, long) _pair; private bool _pick; private (int, long) _other = (3, 3); public string Go() { _pair = (2, 2); Parallel.Invoke(() => { }, () => (_pick ? ref _pair : ref _other) = default); return $\"{_pair}{_other}\"; }", "(2, 2)(0, 0)")]
    public void What_is_written_is_what_comes_out(string members, string outcome) => Assert.Equal([outcome, "Completed"], Outcomes.Of(members), SameItems);

    [Fact]
    public void The_timeline_shows_a_half_that_others_met_and_no_others()
    {
        var verdict = Compiled.Race(s_sources["CellsBad"], "CellsBad");
        var timeline = LaneTimeline.Print(verdict.Finding!.Steps);
        Assert.Matches("(read|write) half of element", timeline);
        Assert.Matches("(read|write) rest of element", timeline);
        Assert.Contains("Cell (", timeline, StringComparison.Ordinal);
        var steps = verdict.Finding.Steps;
        for (var index = 0; index + 1 < steps.Count; index++)
            Assert.False(steps[index].Site.What.StartsWith("half of ", StringComparison.Ordinal) && steps[index + 1].Lane == steps[index].Lane, LaneTimeline.Print(steps));
    }

    private static bool SameItems(IEnumerable<string> left, IEnumerable<string> right) => left.Except(["Completed"]).ToHashSet().SetEquals(right.Except(["Completed"]));
}
