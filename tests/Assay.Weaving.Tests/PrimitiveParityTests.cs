using System.Reflection;
using System.Runtime.Loader;
using Assay.Verify.Exploration;
using Assay.Weaving.Models;

namespace Assay.Weaving.Tests;

/// <summary>What a model answers and throws is what the framework answers and throws, call by call, as long as nobody else is there.</summary>
public sealed class PrimitiveParityTests
{
    private static readonly Lazy<(Assembly Plain, WovenCode Woven)> s_code = new(() =>
    {
        var (image, symbols) = Compiled.Compile(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Primitives", "Parity.cs")), "Parity.cs");
        var plain = new AssemblyLoadContext("plain").LoadFromStream(image);
        (image.Position, symbols.Position) = (0, 0);
        return (plain, WovenCode.Load(image, symbols));
    });

    public static TheoryData<string> Sequences => [.. s_code.Value.Plain.GetType("Parity")!.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.DeclaringType!.Name == "Parity").Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Sequences))]
    public async Task A_model_answers_as_the_framework_does(string sequence)
    {
        var (plain, woven) = s_code.Value;
        var expected = Activator.CreateInstance(plain.GetType("Log")!)!;
        if (Invoke(plain, sequence, expected) is Task real)
            await real.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        object? seen = null;
        using var arena = new Arena(woven.Sites, 100_000);
        var end = new Explorer(arena, new ExplorationOptions { MaxRuns = 1 }).Explore(
            () =>
            {
                woven.Reset();
                seen = Activator.CreateInstance(woven.Assembly.GetType("Log")!)!;
                if (Invoke(woven.Assembly, sequence, seen) is Task modelled)
                    Blocking.Await(modelled, woven.Answers);
            },
            null, TestContext.Current.CancellationToken).Finding?.End;

        Assert.Equal($"{expected}", $"{seen}");
        Assert.True(end is null, end?.ToString());
    }

    private static object? Invoke(Assembly code, string sequence, object log) => code.GetType("Parity")!.GetMethod(sequence)!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [log], null);
}
