using System.Reflection;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Tests;

/// <summary>Everything that a method can come to, over the schedules of a search.</summary>
internal static class Outcomes
{
    /// <summary>What Go() of a class with these members answers, or how its runs end otherwise.</summary>
    public static IReadOnlyList<string> Of(string members, int maxRuns = 2_000) => Of(members, maxRuns, out _);

    public static IReadOnlyList<string> Of(string members, int maxRuns, out ExplorationResult result)
    {
        var code = Compiled.Weave($"public class Sample {{ {members} }}");
        var type = code.Assembly.GetType("Sample", throwOnError: true)!;
        var go = type.GetMethod("Go")!;
        var met = new SortedSet<string>(StringComparer.Ordinal);
        using var arena = new Arena(code.Sites, 5_000);
        result = new Explorer(arena, new ExplorationOptions { MaxRuns = maxRuns }).Explore(
            () =>
            {
                code.Reset();
                met.Add($"{go.Invoke(Activator.CreateInstance(type), BindingFlags.DoNotWrapExceptions, null, null, null)}");
            },
            end =>
            {
                met.Add(end.Exception is { } thrown ? thrown.GetType().Name : end.Kind.ToString());
                return true;
            },
            TestContext.Current.CancellationToken);
        return [.. met];
    }
}
