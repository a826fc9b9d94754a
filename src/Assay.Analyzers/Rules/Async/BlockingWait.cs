using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Async;

/// <summary>Finds code that holds its thread until a task completes, unless the task is proven to be complete there.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingWait() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1001",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Waiting for a task by blocking holds a thread and can deadlock",
        messageFormat: "'{0}' holds this thread until {1}{2}; {3}");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Task is null)
            return;
        var completion = TaskCompletion.Of(types);
        var entryPoint = context.Compilation.GetEntryPoint(context.CancellationToken);
        context.RegisterBodyAction(TaskWaits.Words, completion.MayWait, c => Check(c, types, completion, entryPoint), OperationKind.PropertyReference, OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, TaskCompletion completion, IMethodSymbol? entryPoint)
    {
        if (completion.UnprovenWait(context) is not { } wait)
            return;
        var function = wait.Operation.EnclosingFunction(context.ContainingSymbol);
        var severity = MustBeSynchronous(function, types, entryPoint) || RunsOnOwnThread(wait.Operation, types) || types.IsAdapter(wait)
            ? DiagnosticSeverity.Info
            : Descriptor.DefaultSeverity;
        var consequence = function is { IsAsync: true }
            ? ", although the code around it is async"
            : ", and deadlocks where the task needs this thread to go on";
        context.ReportDiagnostic(Descriptor.At(
            wait.Expression.GetLocation(), severity, [], null, wait.Notation, wait.Event, consequence, wait.Cure));
    }

    // Where somebody else has fixed a synchronous signature and no caller's thread is at stake, blocking is the best there is.
    private static bool MustBeSynchronous(IMethodSymbol? function, KnownTypes types, IMethodSymbol? entryPoint)
    {
        if (function is null or { IsAsync: true })
            return false;
        if (function.Is(entryPoint))
            return true;
        if (IsDispose(function, types) && function.ContainingType.IsOrInherits(types["System.IAsyncDisposable"]))
            return true;
        if (IsOfferedAsync(function))
            return true;
        return function.MethodKind is MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation
            && types.IsTestProject()
            && (function.IsOverride || ImplementsInterface(function));
    }

    private static bool IsDispose(IMethodSymbol method, KnownTypes types) =>
        method is { Name: "Dispose" or "System.IDisposable.Dispose", ReturnsVoid: true }
        && (method.Parameters.IsEmpty || (method.Parameters.Length == 1 && method.Parameters[0].Type.SpecialType == SpecialType.System_Boolean))
        && method.ContainingType.IsOrInherits(types["System.IDisposable"]);

    // `Stream.Read` of a type that has its own `ReadAsync`: who calls the synchronous form has chosen to block.
    private static bool IsOfferedAsync(IMethodSymbol method)
    {
        if (!method.IsOverride)
            return false;
        var first = method;
        while (first.OverriddenMethod is { } overridden)
            first = overridden;
        if (first.ContainingAssembly.Is(method.ContainingAssembly))
            return false;
        foreach (var type in method.ContainingType.SelfAndBases())
        {
            if (!type.ContainingAssembly.Is(method.ContainingAssembly))
                return false;
            foreach (var member in type.GetMembers(method.Name + "Async"))
            {
                if (member is IMethodSymbol { IsOverride: true })
                    return true;
            }
        }
        return false;
    }

    private static bool ImplementsInterface(IMethodSymbol method)
    {
        if (!method.ExplicitInterfaceImplementations.IsEmpty)
            return true;
        foreach (var contract in method.ContainingType.AllInterfaces)
        {
            foreach (var member in contract.GetMembers(method.Name))
            {
                if (method.ContainingType.FindImplementationForInterfaceMember(member).Is(method))
                    return true;
            }
        }
        return false;
    }

    // `new Thread(() => … task.Wait() …)`: a thread made for this work may wait for it.
    private static bool RunsOnOwnThread(IOperation operation, KnownTypes types)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is not IAnonymousFunctionOperation)
                continue;
            var creation = parent.Parent;
            while (creation is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
                creation = creation.Parent;
            return creation is IObjectCreationOperation && creation.Type.Is(types["System.Threading.Thread"]);
        }
        return false;
    }
}
