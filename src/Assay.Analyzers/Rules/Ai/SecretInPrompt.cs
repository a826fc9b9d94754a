using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Ai;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Logging;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers.Rules.Ai;

/// <summary>Finds secrets in the texts that are sent to models.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SecretInPrompt() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY9006",
        category: Category.Ai,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A secret is sent to a model",
        messageFormat: "'{0}' is sent to the model as it is: the model's provider stores it, and whoever talks to the model can ask for it");

    private static readonly RuleOption<string> s_names = new(
        "ASSAY9006.names",
        "",
        "More names that say that a value is a secret, separated by commas: `pin, taxNumber`.");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // The passwords of tests are no secrets.
        if (types.IsTestProject() || !Prompts.AreKnown(types))
            return;
        context.RegisterBodyAction(Prompts.Words, c => Check(c, types), Prompts.Kinds);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        if (Prompts.Read(context.Operation) is not { } prompt || prompt.Text.ConstantValue.HasValue)
            return;
        var names = SecretValues.Names(s_names.Read(context.Options.AnalyzerConfigOptionsProvider, prompt.Text.Syntax.SyntaxTree));
        var walk = new FlowWalk(types, SecretValues.Question(names), context.CancellationToken);
        if (walk.Source(prompt.Text) is { } origin)
            context.ReportDiagnostic(Descriptor.At(origin.Shown.Syntax.GetLocation(), origin.Path.Add(prompt.Sink.Syntax.GetLocation()), origin.Shown.Syntax.ToString()));
    }
}
