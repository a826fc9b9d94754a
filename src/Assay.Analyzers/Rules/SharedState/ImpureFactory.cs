using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Locks;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds factories of a concurrent dictionary that do more than make a value, though two of them may run for one key.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ImpureFactory() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2019",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A factory with effects can run more than once for one key",
        messageFormat: "'{0}' can run this factory twice for one key and drop one result; its effect at line {1} is not undone: {2}");

    private static readonly Words s_words = Words.Of("GetOrAdd", "AddOrUpdate");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Tests drive one thread, and count their factories' calls.
        if (types["System.Collections.Concurrent.ConcurrentDictionary`2"] is not { } dictionary || types.IsTestProject())
            return;
        context.RegisterBodyAction(s_words, c => Check(c, dictionary, types), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, INamedTypeSymbol dictionary, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not ("GetOrAdd" or "AddOrUpdate") || !call.TargetMethod.ContainingType.OriginalDefinition.Is(dictionary))
            return;
        foreach (var argument in call.Arguments)
        {
            if (argument.Value is not IDelegateCreationOperation made || types.BodyOf(made, context.CancellationToken) is not { } body)
                continue;
            if (FactoryEffects.In(body, made) is not { } effect)
                continue;
            // One thread at a time comes here.
            if (HeldLocks.Span(call.Syntax, call.Syntax, context.ContainingSymbol.ContainingType, context.CancellationToken))
                return;
            var place = effect.Operation.Syntax.GetLocation();
            context.ReportDiagnostic(Descriptor.At(made.Syntax.GetLocation(), [place], call.TargetMethod.Name, place.Line(), effect.What));
            return;
        }
    }
}
