using System.Collections.Concurrent;
using Assay.Analyzers.Tests.Robustness.Rewordings;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Robustness;

/// <summary>
/// Every test source in other words must be reported as before. A run takes every 23rd source for each rewording;
/// ASSAY_REWORD in the environment is another stride, 1 takes them all.
/// </summary>
public sealed class RewordingTests
{
    private static readonly int s_stride = int.TryParse(Environment.GetEnvironmentVariable("ASSAY_REWORD"), out var stride) && stride > 0 ? stride : 23;

    public static TheoryData<string> Names => [.. Rewording.All.Select(rewording => rewording.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task What_is_reported_does_not_depend_on_the_wording(string name)
    {
        var rewording = Rewording.All.Single(one => one.Name == name);
        var category = Environment.GetEnvironmentVariable("ASSAY_FUZZ_CATEGORY") ?? "";
        var differences = new ConcurrentBag<string>();
        var compared = 0;
        await Parallel.ForEachAsync(TestSources.In(category).Where((_, i) => i % s_stride == 0), TestContext.Current.CancellationToken, async (source, _) =>
        {
            var before = Sweep.Compile(source);
            if (Sweep.HasErrors(before))
                return;
            var after = rewording.Reword(before);
            if (Sweep.HasErrors(after))
                return;
            Interlocked.Increment(ref compared);
            var (expected, reported) = ((await Sweep.OverAsync(before)).Without(rewording.Matters), (await Sweep.OverAsync(after)).Without(rewording.Matters));
            if (expected.Summary != reported.Summary || reported.Crashes.Count > 0)
                differences.Add($"reported before: {expected.Summary}\nreported after:  {reported.Summary}\n{string.Join('\n', reported.Crashes)}\n{string.Join("\n", after.SyntaxTrees.Where(tree => !tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)))}");
        });
        if (Environment.GetEnvironmentVariable("ASSAY_REWORD_OUT") is { Length: > 0 } folder)
            await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.txt"), $"{compared} compared\n{string.Join("\n----\n", differences.Order())}", TestContext.Current.CancellationToken);
        Assert.True(compared > 0);
        Assert.True(differences.IsEmpty, $"{differences.Count} of {compared} sources:\n{string.Join("\n----\n", differences.Order().Take(5))}");
    }
}
