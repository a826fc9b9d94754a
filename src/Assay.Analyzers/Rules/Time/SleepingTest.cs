using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Retries;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Time;

/// <summary>Finds tests that wait a fixed time for something to have happened.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SleepingTest() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY4007",
        category: Category.Time,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A test waits a fixed time",
        messageFormat: "'{0}' waits {1} and hopes that this is enough: it fails on a busy machine and wastes the time on every other; wait for the event itself, or move a clock of the test's own");

    private static readonly Words s_words = Words.Of("Sleep", "Delay");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject())
            context.RegisterBodyAction(s_words, c => Check(c, types), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!types.IsPause(call) || Pauses.LengthOf(call) is not { } length || !Pauses.IsConstant(length))
            return;
        // Given away to other threads, or waiting for the token.
        if (Pauses.IsNothing(length) || length.ConstantValue is { HasValue: true, Value: -1 } || length.Bare() is IFieldReferenceOperation { Field.Name: "InfiniteTimeSpan" })
            return;
        // The clock of the delay is one that the test moves.
        if (call.Arguments.Any(a => a.Parameter?.Type.IsOrInherits(types.TimeProvider) == true))
            return;
        if (!types.IsTestMethod(context.ContainingSymbol) || !IsWaitOfTest(call))
            return;
        context.ReportDiagnostic(Descriptor.At(call.Syntax.GetLocation(), context.ContainingSymbol.Name, length.ConstantValue is { HasValue: true, Value: int ms } ? $"{ms} ms" : $"'{length.Syntax}'"));
    }

    private static bool IsWaitOfTest(IInvocationOperation call)
    {
        for (var parent = call.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                // Slow work that the test hands to the code it tests.
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                // `Task.WhenAny(work, Task.Delay(5000))` is a limit, and polling ends when the thing has happened.
                case IArgumentOperation:
                case ILoopOperation:
                    return false;
                case IExpressionStatementOperation { Parent: IBlockOperation { Parent: null or IMethodBodyOperation } }:
                    return true;
            }
        }
        return call.DirectAwait() is not null || call.Parent is IExpressionStatementOperation;
    }
}
