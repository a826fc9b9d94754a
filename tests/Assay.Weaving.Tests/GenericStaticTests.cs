using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>Statics of generic types, of which each construction has its own, begin anew in every run; so do those of properties.</summary>
public sealed class GenericStaticTests
{
    // Each class is right, or has a race over a generic type's statics, and ends in Bad.
    private static readonly Dictionary<string, string> s_sources = new(StringComparer.Ordinal)
    {
        ["Counted"] = """
            public class Counted
            {
                private static class Count<T> { public static int Value; }
                public int Next() => Interlocked.Increment(ref Count<string>.Value);
                public int NextNumber() => Interlocked.Increment(ref Count<int>.Value);
            }
            """,
        ["CountedBad"] = """
            public class CountedBad
            {
                private static class Count<T> { public static int Value; }
                public int Next() => ++Count<string>.Value;
                public int NextNumber() => Interlocked.Increment(ref Count<int>.Value);
            }
            """,
        ["Made"] = """
            public class Made
            {
                private static class Single<T> where T : new() { public static readonly T Value = new(); }
                public sealed class Thing { private int _uses; public int Use() => Interlocked.Increment(ref _uses); }
                public int Use() => Single<Thing>.Value.Use();
            }
            """,
        ["MadeBad"] = """
            public class MadeBad
            {
                private static class Single<T> where T : class, new() { private static T? s_value; public static T Value => s_value ??= new(); }
                public sealed class Thing { private int _uses; public int Use() => Interlocked.Increment(ref _uses); }
                public int Use() => Single<Thing>.Value.Use();
            }
            """,
        ["Nested"] = """
            public class Nested
            {
                private static class Outer<T> { public class Inner<U> { private static readonly List<(T, U)> s_all = []; public static int Add(T one, U other) { lock (s_all) { s_all.Add((one, other)); return s_all.Count; } } } }
                public int Add(int n) => Outer<int>.Inner<string>.Add(n, "x");
                public int AddOther(int n) => Outer<string>.Inner<int>.Add("x", n);
            }
            """,
        ["NestedBad"] = """
            public class NestedBad
            {
                private static class Outer<T> { public class Inner<U> { private static readonly List<(T, U)> s_all = []; public static int Add(T one, U other) { s_all.Add((one, other)); return s_all.Count; } } }
                public int Add(int n) => Outer<int>.Inner<string>.Add(n, "x");
            }
            """,
        ["Derived"] = """
            public class Derived
            {
                private abstract class Base<T> { private static readonly object s_gate = new(); protected static int s_made; static Base() { s_made = 10; } public int Number; protected Base() { lock (s_gate) Number = ++s_made; } }
                private sealed class One : Base<string>;
                private sealed class Other : Base<Guid>;
                public int Make() => new One().Number;
                public int MakeOther() => new Other().Number;
            }
            """,
        ["DerivedBad"] = """
            public class DerivedBad
            {
                private abstract class Base<T> { protected static int s_made; static Base() { s_made = 10; } public int Number; protected Base() { Number = ++s_made; } }
                private sealed class One : Base<string>;
                public int Make() => new One().Number;
            }
            """,
        ["Owned"] = """
            public class Owned
            {
                private static class Depth<T> { [ThreadStatic] public static int Value; }
                public int Enter() { Depth<string>.Value++; Depth<int>.Value += 10; return Depth<string>.Value * 100 + Depth<int>.Value; }
            }
            """,
        ["OwnedBad"] = """
            public class OwnedBad
            {
                private static class Depth<T> { public static int Value; }
                public int Enter() { Depth<string>.Value++; Depth<int>.Value += 10; return Depth<string>.Value * 100 + Depth<int>.Value; }
            }
            """,
        ["Latest"] = """
            public class Latest
            {
                private static class Last<T> { private static readonly object s_gate = new(); private static (T, int) s_pair; public static (T, int) Pair { get { lock (s_gate) return s_pair; } set { lock (s_gate) s_pair = value; } } }
                public void Set(int n) => Last<long>.Pair = (n, n);
                public long Get() { var (one, other) = Last<long>.Pair; return one - other; }
            }
            """,
        ["LatestBad"] = """
            public class LatestBad
            {
                private static class Last<T> { public static (T, int) Pair { get; set; } }
                public void Set(int n) => Last<long>.Pair = (n, n);
                public long Get() { var (one, other) = Last<long>.Pair; return one - other; }
            }
            """,
        ["Instance"] = """
            public class Instance
            {
                private sealed class Registry { public static Registry Shared { get; } = new(); private readonly List<int> _all = []; public int Add(int n) { lock (_all) { _all.Add(n); return _all.Count; } } }
                public int Add(int n) => Registry.Shared.Add(n);
            }
            """,
    };

    public static TheoryData<string> Classes => [.. s_sources.Keys];

    [Theory]
    [MemberData(nameof(Classes))]
    public void What_has_a_race_is_found_and_nothing_else_is_accused(string name)
    {
        var verdict = Compiled.Race(s_sources[name], name, options: new RaceOptions { MaxPrograms = 60, MaxSchedules = 300 });
        Assert.True(verdict.Kind == (name.EndsWith("Bad", StringComparison.Ordinal) ? RaceVerdictKind.Violation : RaceVerdictKind.Clean), verdict.ToString());
    }

    [Theory]
    [InlineData("private static class Own<T> { public static int Value = 5; }", "Own<int>.Value++ + Own<string>.Value++ * 10", "55")]
    [InlineData("private static class Own<T> { public static readonly List<T> All = []; }", "Own<Sample>.All.Append(this).Count() + Add(Own<string>.All) * 10", "11")]
    [InlineData("private struct Own<T> { public static T? Last; }", "$\"{Own<int>.Last++}{Own<int?>.Last}{(Own<int?>.Last = 3)}\"", "03")]
    [InlineData("private class Base<T> { public static int Uses; } private sealed class Two<T, U> : Base<U> { public static int More { get; set; } }", "$\"{Base<int>.Uses++}{Two<string, int>.Uses++}{Two<string, int>.More++}{Two<int, int>.More++}\"", "0100")]
    [InlineData("private interface IOwn<T> { public static int Value; }", "++IOwn<int>.Value + ++IOwn<string>.Value", "2")]
    [InlineData("private static class Own<T> { public static readonly int Value = Fail(); private static int Fail() => throw new FormatException(); }", "Failure(() => Own<int>.Value) + Failure(() => Own<int>.Value)", "TypeInitializationExceptionTypeInitializationException")]
    [InlineData("private static int Uses { get; set; }", "Uses++", "0")]
    [InlineData("private static class Own<T> { public static Func<int, int> Next { get; } = n => n + 1; }", "Own<int>.Next(Own<string>.Next(0))", "2")]
    public void Every_run_begins_with_the_same_values(string members, string expression, string outcome) => Assert.Equal(
        [outcome],
        Outcomes.Of($$"""
            {{members}}
            private int _n;
            private static int Add(List<string> all) { all.Add(""); return all.Count; }
            private static string Failure(Func<int> work) { try { return $"{work()}"; } catch (Exception failure) { return failure.GetType().Name; } }
            public string Go() { Parallel.Invoke(() => _n++, () => _n--); return $"{({{expression}})}"; }
            """).Except(["Completed"]));
}
