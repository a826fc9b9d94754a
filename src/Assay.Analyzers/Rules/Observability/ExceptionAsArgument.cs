using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Logging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Observability;

/// <summary>Finds exceptions that are passed as a value of the text, where the call has a parameter for them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ExceptionAsArgument() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY7005",
        category: Category.Observability,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "An exception is passed as a value of the text",
        messageFormat: "'{0}' {1}: the event carries no exception, so nothing that looks for exceptions finds it; pass it as the exception of '{2}'");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Exception is not null && LogLibraries.Of(types) is { } libraries)
            context.RegisterBodyAction(libraries.Words, c => Check(c, libraries, types), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, LogLibraries libraries, KnownTypes types)
    {
        // `LogError(ex, "… {Cause}", ex.InnerException)`: the event has its exception.
        if (libraries.Read((IInvocationOperation)context.Operation) is not { Exception: null, Text: not null } line)
            return;
        // A scope takes no exception.
        if (line.Call.TargetMethod.Name == "BeginScope")
            return;
        for (var i = 0; i < line.Values.Length; i++)
        {
            var value = line.Values[i].Bare();
            if (!value.Type.IsOrInherits(types.Exception) || value.ConstantValue.HasValue)
                continue;
            context.ReportDiagnostic(Descriptor.At(value.Syntax.GetLocation(), value.Syntax.ToString(), Fate(line, i), line.Call.TargetMethod.Name));
            return;
        }
    }

    private static string Fate(LogLine line, int index)
    {
        if (line.ConstantText is not { } text || !line.SeesAllValues)
            return "becomes text";
        var template = MessageTemplate.Parse(text);
        foreach (var hole in template.Holes)
        {
            if (template.IsNumbered && line.Library != LogLibrary.Microsoft && hole.Number == index)
                return $"becomes the text of {{{hole.Name}}}";
        }
        return template.IsNumbered && line.Library != LogLibrary.Microsoft || index >= template.Holes.Length
            ? "has no hole in the text and is not written at all"
            : $"becomes the text of {{{template.Holes[index].Name}}}";
    }
}
