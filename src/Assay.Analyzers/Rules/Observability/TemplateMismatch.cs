using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Logging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Observability;

/// <summary>Finds message templates whose holes do not fit the values: in number, in order, or by a number where a name is meant.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TemplateMismatch() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY7006",
        category: Category.Observability,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "The holes of a message template do not fit the values",
        messageFormat: "{0}");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (LogLibraries.Of(types) is { } libraries)
            context.RegisterBodyAction(libraries.Words, c => Check(c, libraries), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, LogLibraries libraries)
    {
        if (libraries.Read((IInvocationOperation)context.Operation) is not { HasTemplate: true, SeesAllValues: true, Text: { } text, ConstantText: { } written } line)
            return;
        var template = MessageTemplate.Parse(written);
        // JSON or code in a text that is printed as it is.
        if (!template.IsPlausible || (template.Holes.IsEmpty && line.Values.IsEmpty))
            return;
        var (problem, isSure) = ProblemOf(template, line);
        if (problem is null)
            return;
        context.ReportDiagnostic(Descriptor.At(
            text.Value.Syntax.GetLocation(),
            isSure ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            ImmutableArray<Location>.Empty,
            properties: null,
            problem));
    }

    private static (string? Problem, bool IsSure) ProblemOf(MessageTemplate template, LogLine line)
    {
        var isNumbered = template.IsNumbered && line.Library != LogLibrary.Microsoft;
        var wanted = isNumbered ? template.Holes.Max(h => h.Number) + 1 : template.Holes.Length;
        var given = line.Values.Length;
        if (given < wanted)
        {
            var hole = isNumbered ? $"{wanted - 1}" : template.Holes[given].Name;
            return ($"The text has {Count(wanted, "hole")} and gets {Count(given, "value")}: {{{hole}}} {Unfilled(line)}", true);
        }
        if (given > wanted)
            return ($"The text has {Count(wanted, "hole")} and gets {Count(given, "value")}: '{line.Values[wanted].Syntax}' is not written", true);
        if (isNumbered)
            return (null, false);
        if (Swapped(template, line) is { } swapped)
            return (swapped, true);
        return template.Holes.Any(h => h.Number >= 0) ? Numbered(template, line) : (null, false);
    }

    private static string Unfilled(LogLine line) => line switch
    {
        { Values.IsEmpty: true } => "is written as it stands",
        { Library: LogLibrary.Microsoft } => "makes the call throw a FormatException when the line is written",
        { Library: LogLibrary.Serilog } => "is written as it stands",
        _ => "stays empty or breaks the line",
    };

    // `"{OrderId} of {UserId}", userId, orderId`: both values are there, each in the other's hole.
    private static string? Swapped(MessageTemplate template, LogLine line)
    {
        for (var i = 0; i < template.Holes.Length; i++)
        {
            if (NameOf(line.Values[i]) is not { } name || IsSame(name, template.Holes[i].Name))
                continue;
            for (var j = 0; j < template.Holes.Length; j++)
            {
                if (j != i && IsSame(name, template.Holes[j].Name) && NameOf(line.Values[j]) is { } other && !IsSame(other, template.Holes[j].Name))
                    return $"'{line.Values[i].Syntax}' fills {{{template.Holes[i].Name}}} and '{line.Values[j].Syntax}' fills {{{template.Holes[j].Name}}}: values are taken in their order, not by name";
            }
        }
        return null;
    }

    // Microsoft's library takes the values in their order even when the holes are numbers.
    private static (string?, bool) Numbered(MessageTemplate template, LogLine line)
    {
        for (var i = 0; i < template.Holes.Length; i++)
        {
            var hole = template.Holes[i];
            if (hole.Number >= 0 && hole.Number != i && line.Library == LogLibrary.Microsoft)
                return ($"{{{hole.Name}}} is filled with '{line.Values[i].Syntax}': holes are filled in the order in which they stand, whatever their numbers", true);
        }
        return ($"The value '{line.Values[0].Syntax}' is stored under the name '{template.Holes[0].Name}', by which nobody will look for it; name the hole", false);
    }

    private static string? NameOf(IOperation value) => value.Bare() switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member => member.Member.Name.TrimStart('_'),
        _ => null,
    };

    private static bool IsSame(string name, string hole) => string.Equals(name, hole, StringComparison.OrdinalIgnoreCase);

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
