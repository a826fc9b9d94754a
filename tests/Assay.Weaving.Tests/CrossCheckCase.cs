using System.Text.RegularExpressions;
using Assay.Weaving.Programs;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Weaving.Tests;

/// <summary>A case of the table of shared state that the analyzers are held to: one or more types, and the rules that report something in them.</summary>
/// <param name="Name">The shape and the case.</param>
/// <param name="Rules">The rules whose findings are marked, a suggestion as <c>Info2011</c>; empty for a trap.</param>
/// <param name="Source">The source without marks.</param>
internal sealed partial record CrossCheckCase(string Name, string Rules, string Source)
{
    // Counted in programs and schedules, not in seconds: every machine sees the same.
    private static readonly RaceOptions s_options = new() { MaxPrograms = 120, MaxSchedules = 120, MaxSteps = 2_000 };

    // Only for code that never comes to an end.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public bool IsTrap => Rules.Length == 0;

    /// <summary>The cases of a folder: fields of the form <c>Case NAME = new(Primitive.X, SOURCE)</c>.</summary>
    public static IEnumerable<CrossCheckCase> In(string folder) =>
        from path in Directory.GetFiles(folder, "*.cs").Order(StringComparer.Ordinal)
        from field in CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot().DescendantNodes().OfType<FieldDeclarationSyntax>()
        where field.Declaration.Type.ToString() == "Case"
        from variable in field.Declaration.Variables
        let made = (BaseObjectCreationExpressionSyntax)variable.Initializer!.Value
        let marked = ((LiteralExpressionSyntax)made.ArgumentList!.Arguments[1].Expression).Token.ValueText
        select new CrossCheckCase($"{Path.GetFileNameWithoutExtension(path)}.{variable.Identifier.Text}", RulesIn(marked), Closings().Replace(Openings().Replace(marked, ""), ""));

    /// <summary>Explores every class of the case. The first that is found to be wrong stands for all; without one, the one of which most was seen.</summary>
    public static async Task<RaceVerdict> ExploreAsync(WovenCode code, CancellationToken cancellationToken)
    {
        var best = new RaceVerdict("", RaceVerdictKind.Undecided, "no class", 0, 0, 0, "", [], null);
        foreach (var type in Types(code).Where(IsExplored).OrderBy(type => type.MetadataToken))
        {
            var verdict = await Race.ExploreAsync(code, type, s_options, s_patience, TimeProvider.System, cancellationToken);
            if (verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock)
                return verdict;
            if (best.Schedules <= verdict.Schedules)
                best = verdict;
        }

        return best;
    }

    private static bool IsExplored(Type type) =>
        type.IsClass && !type.IsNested && !typeof(Delegate).IsAssignableFrom(type) && !typeof(Exception).IsAssignableFrom(type) && !typeof(Attribute).IsAssignableFrom(type) &&
        type.Name != "AssayStatics" && !type.Name.Contains('<', StringComparison.Ordinal);

    // What needs a library that is not there cannot be loaded, and is left out.
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

    private static string RulesIn(string marked) => string.Join(' ', Openings().Matches(marked).Select(mark => mark.Groups[1].Value).Where(id => id[0] != '#').Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{\|([^:|]*):")]
    private static partial Regex Openings();

    [GeneratedRegex(@"\|\}")]
    private static partial Regex Closings();
}
