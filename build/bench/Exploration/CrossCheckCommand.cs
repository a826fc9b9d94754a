using System.CommandLine;
using System.Text.RegularExpressions;
using Assay.Weaving;
using Assay.Weaving.Programs;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Bench.Exploration;

/// <summary>
/// The analyzers' table of types with shared state beside exploration: what a rule reports should be reproduced by some schedule, and a trap by none. Types
/// that nothing can be called on are listed with the reason.
/// </summary>
internal static partial class CrossCheckCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "The table: classes whose fields are new(Primitive.X, SOURCE)." };
        var only = new Option<string?>("--only") { Description = "Only cases whose name holds this text." };
        var seconds = new Option<double>("--seconds") { Description = "The most time for one type.", DefaultValueFactory = _ => 5 };
        var command = new Command("crosscheck", "Explores the types that the analyzers are tested on.") { folder, only, seconds };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(folder)!, parsed.GetValue(only) ?? "", TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string folder, string only, TimeSpan budget, CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, source) in Directory.GetFiles(folder, "*.cs").Order(StringComparer.Ordinal).SelectMany(Cases).Where(one => one.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            var rules = string.Join(' ', Marks().Matches(source).Select(mark => mark.Groups[1].Value).Where(id => id[0] != '#').Distinct().Order(StringComparer.Ordinal));
            var verdict = await ExploreAsync(Unmarked(source), budget, cancellationToken);
            var kind = $"{(rules.Length > 0 ? "bad" : "trap")}: {verdict.Kind.ToString().ToLowerInvariant()}";
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
            Console.WriteLine($"{kind,-22} | {name} | {rules} | {verdict.Reason.ReplaceLineEndings(" ")} | {verdict.Program.ReplaceLineEndings("; ")}");
        }

        foreach (var (kind, count) in counts)
            Console.WriteLine($"{kind}: {count}");
        return 0;
    }

    // The first type that is found to be wrong stands for all of a case; without one, the one of which most was seen.
    private static async Task<RaceVerdict> ExploreAsync(string source, TimeSpan budget, CancellationToken cancellationToken)
    {
        if (BugSources.Compile(source, out var error) is not var (image, symbols))
            return None(RaceVerdictKind.Undecided, error);
        var code = WovenCode.Load(image, symbols);
        var best = None(RaceVerdictKind.Undecided, "no class that a program could make");
        foreach (var type in Types(code).Where(type => type is { IsPublic: true, IsClass: true, IsNested: false } && type.Name != "AssayStatics").OrderBy(type => type.MetadataToken))
        {
            var verdict = await Race.ExploreAsync(code, type, new RaceOptions { MaxPrograms = 150, MaxSchedules = 500 }, budget, TimeProvider.System, cancellationToken);
            if (verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock)
                return verdict;
            if (best.Schedules <= verdict.Schedules)
                best = verdict;
        }

        return best;
    }

    // What needs more than the framework, such as a host, cannot be loaded, and is left out.
    private static IEnumerable<Type> Types(WovenCode code)
    {
        try
        {
            return code.Assembly.GetTypes();
        }
        catch (System.Reflection.ReflectionTypeLoadException incomplete)
        {
            return incomplete.Types.OfType<Type>();
        }
    }

    private static RaceVerdict None(RaceVerdictKind kind, string reason) => new("", kind, reason, 0, 0, 0, "", [], null);

    private static IEnumerable<(string Name, string Source)> Cases(string path) =>
        from field in CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot().DescendantNodes().OfType<FieldDeclarationSyntax>()
        where field.Declaration.Type.ToString() == "Case"
        from variable in field.Declaration.Variables
        let made = (BaseObjectCreationExpressionSyntax)variable.Initializer!.Value
        select ($"{Path.GetFileNameWithoutExtension(path)}.{variable.Identifier.Text}", ((LiteralExpressionSyntax)made.ArgumentList!.Arguments[1].Expression).Token.ValueText);

    private static string Unmarked(string source) => Closings().Replace(Marks().Replace(source, ""), "");

    [GeneratedRegex(@"\{\|([^:|]*):")]
    private static partial Regex Marks();

    [GeneratedRegex(@"\|\}")]
    private static partial Regex Closings();
}
