using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Logging;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Observability;

/// <summary>Finds values that are named like secrets and written to a log, where more people read them than may.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SecretLogged() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY7003",
        category: Category.Observability,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A secret is written to the log",
        messageFormat: "'{0}' is written to the log as it is: whoever can read the log, a backup or a support ticket can use it");

    private static readonly RuleOption<string> s_names = new(
        "ASSAY7003.names",
        "",
        "More names that say that a value is a secret, separated by commas: `pin, taxNumber`.");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // The passwords of tests are no secrets.
        if (types.IsTestProject() || LogLibraries.Of(types) is not { } libraries)
            return;
        context.RegisterBodyAction(libraries.Words, c => Check(c, libraries, types), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, LogLibraries libraries, KnownTypes types)
    {
        if (libraries.Read((IInvocationOperation)context.Operation) is not { } line)
            return;
        var names = SecretValues.Names(s_names.Read(context.Options.AnalyzerConfigOptionsProvider, line.Call.Syntax.SyntaxTree));
        var walk = new FlowWalk(types, SecretValues.Question(names), context.CancellationToken);
        CheckMembers(context, line, names);
        foreach (var value in line.Values)
            CheckValue(context, value, walk);
        if (line.Text is not { } text)
            return;
        if (TextPieces.Of(text.Value) is not { } pieces)
        {
            // A text that was put together before.
            CheckValue(context, text.Value, walk);
            return;
        }
        foreach (var piece in pieces)
        {
            if (piece.Value is { } value)
                CheckValue(context, value, walk);
        }
    }

    // `{@Login}` writes every property of the object, and a record writes them under any hole.
    private static void CheckMembers(OperationAnalysisContext context, LogLine line, string[] names)
    {
        var template = line.ConstantText is { } text ? MessageTemplate.Parse(text) : null;
        for (var i = 0; i < line.Values.Length; i++)
        {
            var isTakenApart = template is { IsNumbered: false } && i < template.Holes.Length && line.ConstantText![template.Holes[i].Start + 1] == '@';
            ReportMember(context, line.Values[i], isTakenApart, names);
        }
        if (line.Text is null || TextPieces.Of(line.Text.Value) is not { } pieces)
            return;
        foreach (var piece in pieces)
        {
            if (piece.Value is { } value)
                ReportMember(context, value, isTakenApart: false, names);
        }
    }

    private static void ReportMember(OperationAnalysisContext context, IOperation value, bool isTakenApart, string[] names)
    {
        if (SecretValues.MemberOf(value.Bare().Type, isTakenApart, names) is { } member)
            context.ReportDiagnostic(Descriptor.At(value.Syntax.GetLocation(), $"{value.Syntax}.{member.Name}"));
    }

    private static void CheckValue(OperationAnalysisContext context, IOperation value, FlowWalk walk)
    {
        if (!MayHoldText(value.Bare()) || walk.Source(value) is not { } origin)
            return;
        var isElsewhere = origin.Shown.Syntax.Span != value.Syntax.Span;
        context.ReportDiagnostic(Descriptor.At(value.Syntax.GetLocation(), isElsewhere ? origin.Path : [], value.Syntax.ToString()));
    }

    // A whole object, such as an anonymous one, prints what its author chose.
    private static bool MayHoldText(IOperation value) => value.Type.HoldsContent() && value is not (IObjectCreationOperation or IAnonymousObjectCreationOperation);
}
