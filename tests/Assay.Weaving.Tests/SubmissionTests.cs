using Assay.Weaving.Programs;
using Mono.Cecil;

namespace Assay.Weaving.Tests;

/// <summary>The correct solutions of the exercises, in five styles each: all of their code is controlled, and nothing is found in it.</summary>
public sealed class SubmissionTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Submissions");

    public static TheoryData<string, string> Solutions =>
        [.. from exercise in new[] { "cache", "ledger", "rate-limiter" }
            from style in new[] { "actor", "immutable", "lock-free", "locks", "single-writer" }
            select (exercise, style)];

    [Theory]
    [MemberData(nameof(Solutions))]
    public void A_correct_solution_is_controlled_and_clean(string exercise, string style)
    {
        var files = Directory.GetFiles(Path.Combine(Folder, exercise, style), "*.cs");
        Assert.NotEmpty(files);
        var (image, symbols) = Compiled.Compile([.. files.Select(path => (path, File.ReadAllText(path)))]);
        Assert.Empty(Uncontrolled(image, symbols));
        var code = WovenCode.Load(image, symbols);
        var type = code.Assembly.GetTypes().Single(type => type.Namespace == "Candidate" && type.GetInterfaces().Any(one => one.Namespace == "Assay.Contracts"));
        foreach (var without in Left(exercise))
        {
            var options = new RaceOptions { MaxPrograms = 15, MaxSchedules = 40, Without = without };
            var verdict = new TypeExplorer(code, type, options).Explore(TestContext.Current.CancellationToken);
            Assert.True(verdict.Kind == RaceVerdictKind.Clean, verdict.ToString());
            Assert.True(verdict.Schedules > 50, verdict.ToString());
        }
    }

    // By contract a load is no single step: who joins it counts a miss, and what is removed meanwhile is not stored.
    private static string[][] Left(string exercise) => exercise == "cache" ? [["GetOrLoadAsync"], ["Counts", "Set", "Remove"]] : [[]];

    private static List<string> Uncontrolled(MemoryStream image, MemoryStream symbols)
    {
        using var woven = ModuleDefinition.ReadModule(new MemoryStream(Weaver.Weave(image, symbols, new Verify.Exploration.SiteTable())));
        (image.Position, symbols.Position) = (0, 0);
        return [.. from type in woven.GetTypes()
                   from method in type.Methods
                   where method.HasBody && method.Body.Instructions.Any(instruction => instruction.Operand is MethodReference { Name: nameof(Hooks.Uncontrolled) })
                   select method.FullName];
    }
}
