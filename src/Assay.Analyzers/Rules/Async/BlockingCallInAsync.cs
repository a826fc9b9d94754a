using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Async;

/// <summary>Finds synchronous I/O, sleeps and waits in async functions that have an awaitable form.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingCallInAsync() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1002",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A call in async code blocks its thread although it could be awaited",
        messageFormat: "'{0}' blocks the thread inside {1}; {2}");

    // The statements of a program are async by their awaits alone.
    private static readonly Words s_words = Words.Of("async", "await");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Task is null)
            return;
        var calls = new BlockingCalls(types);
        context.RegisterBodyAction(s_words, operation => Check(operation, types, calls), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, BlockingCalls calls)
    {
        if (calls.Find((IInvocationOperation)context.Operation, context.ContainingSymbol) is not { } found)
            return;
        // A program's entry has its thread for itself, and a test's thread is nobody's loss.
        var matters = found.IsCertain && !IsEntryPoint(context.ContainingSymbol) && !types.IsInTestClass(context.ContainingSymbol);
        context.ReportDiagnostic(Descriptor.At(
            found.Call.NameLocation(),
            matters ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            related: [],
            properties: null,
            CalledAs(found.Call.TargetMethod),
            Around(found.Function),
            Advice(found)));
    }

    private static bool IsEntryPoint(ISymbol member) =>
        member is IMethodSymbol { IsStatic: true, Name: "Main" or WellKnownMemberNames.TopLevelStatementsEntryPointMethodName };

    private static string CalledAs(IMethodSymbol method) =>
        method.IsExtensionMethod ? method.Name : $"{method.ContainingType.Name}.{method.Name}";

    private static string Around(IMethodSymbol function) => function switch
    {
        { MethodKind: MethodKind.AnonymousFunction } => "an async lambda",
        { Name: WellKnownMemberNames.TopLevelStatementsEntryPointMethodName } => "the program's async statements",
        _ => $"async '{function.Name}'",
    };

    private static string Advice(BlockingCall found) => found.Cure switch
    {
        BlockingCure.Delay => "await 'Task.Delay'",
        BlockingCure.TaskOfThread => "run the work as a task and await that",
        BlockingCure.TokenWithTimeout => "await 'WaitForExitAsync' with a token that times out",
        _ => $"await '{found.Twin!.Name}'",
    };
}
