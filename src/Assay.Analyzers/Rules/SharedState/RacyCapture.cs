using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds variables and collections that lambdas on several threads change without a lock.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RacyCapture() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2008",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A captured variable is changed by several threads at once",
        messageFormat: "'{0}' is captured from outside and {1} by {2} at line {3}, without a lock; {4}");

    // Parallel's methods may be written without it where the file imports them.
    private static readonly Words s_words = Words.Of("Parallel", "Run", "StartNew", "WhenAll", "ForAll", "AsParallel", "ParallelQuery", "Thread");
    private static readonly Words s_parallel = Words.Of("Parallel");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Tests assert what they raced for.
        if (types.Task is null || types.IsTestProject())
            return;
        context.RegisterBodyAction(null, MayRunBeside, Check, OperationKind.Invocation, OperationKind.ObjectCreation);
    }

    private static bool MayRunBeside(MemberBody body, CancellationToken cancellationToken)
    {
        var index = WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken);
        return index.Has(s_words, body.Span) || index.Has(s_parallel);
    }

    private static void Check(OperationAnalysisContext context)
    {
        foreach (var crowd in Crowds.StartedBy(context.Operation))
        {
            foreach (var change in CapturedChanges.In(crowd))
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var place = context.Operation.Syntax.GetLocation();
                context.ReportDiagnostic(Descriptor.At(
                    change.Operation.Syntax.GetLocation(),
                    [crowd.Place],
                    change.Variable.Name,
                    change.How,
                    crowd.How,
                    crowd.Place.Line(),
                    change.Consequence));
            }
        }
    }
}
