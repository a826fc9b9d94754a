using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Async;

/// <summary>Finds tasks that hold a task, of which only the outer one is waited for: it ends at the first await of the inner one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NestedTaskIgnored() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1010",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Only the outer one of two nested tasks is waited for",
        messageFormat: "'{0}' gives a task that holds the task of the work, and {1}: the work goes on unobserved after its first await, and its exceptions are lost");

    private static readonly Words s_words = Words.Of("StartNew", "ContinueWith");
    private static readonly Words s_await = Words.Of("await");

    private const int MostHops = 4;

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.TaskOfT is null)
            return;
        context.RegisterBodyAction(s_words, c => Check(c, types), OperationKind.Invocation);
        context.RegisterBodyAction(s_await, c => CheckAwait(c, types), OperationKind.Await);
    }

    // `await nested;` of a Task<Task> from anywhere: what the await gives is the task of the work, and it is dropped.
    private static void CheckAwait(OperationAnalysisContext context, KnownTypes types)
    {
        var await = (IAwaitOperation)context.Operation;
        if (await.Parent is not IExpressionStatementOperation || !types.IsTaskLike(await.Type))
            return;
        var nested = OriginOf(await.Operation, types);
        // The first of several is looked up elsewhere, a given task may be over, and what StartNew gives is told there.
        if (nested is IInvocationOperation { TargetMethod.Name: "StartNew" or "ContinueWith" or "FromResult" } || NameOf(nested) is not { } name || name.IndexOf("Any", StringComparison.Ordinal) >= 0)
            return;
        context.ReportDiagnostic(Descriptor.At(await.Operation.Syntax.GetLocation(), name, "one await only waits until the work has begun"));
    }

    // The call behind locals and behind what only hands the task on: `Task.WhenAny(…).Observed()`.
    private static IOperation OriginOf(IOperation task, KnownTypes types)
    {
        var origin = TaskWaits.Bare(task);
        for (var hop = 0; hop < MostHops; hop++)
        {
            var behind = origin switch
            {
                ILocalReferenceOperation local => LocalWrites.OnlyValue(local),
                IInvocationOperation call when TaskWaits.Receiver(call) is { } receiver && HoldsTask(receiver.Type, types) => receiver,
                _ => null,
            };
            if (behind is null)
                break;
            origin = TaskWaits.Bare(behind);
        }
        return origin;
    }

    private static string? NameOf(IOperation nested) => nested switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IMemberReferenceOperation member => member.Member.Name,
        IInvocationOperation call => call.TargetMethod.Name,
        _ => null,
    };

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not ("StartNew" or "ContinueWith") || !IsOfTask(call.TargetMethod, types) || !HoldsTask(call.Type, types))
            return;
        // `ContinueWith(t => t)` only swallows the failure of a task that has ended.
        if (GivesBackItsTask(call))
            return;
        if (Fate(call, types) is { } fate)
            context.ReportDiagnostic(Descriptor.At(call.Syntax.GetLocation(), call.TargetMethod.Name, fate));
    }

    private static bool IsOfTask(IMethodSymbol method, KnownTypes types) =>
        method.ContainingType.IsOrInherits(types.Task)
        || method.ContainingType.Is(types["System.Threading.Tasks.TaskFactory"])
        || method.ContainingType.OriginalDefinition.Is(types["System.Threading.Tasks.TaskFactory`1"]);

    private static bool HoldsTask(ITypeSymbol? type, KnownTypes types) =>
        type is INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } named && named.OriginalDefinition.Is(types.TaskOfT) && types.IsTaskLike(arguments[0]);

    private static bool GivesBackItsTask(IInvocationOperation call) =>
        call.TargetMethod.Name == "ContinueWith"
        && call.Arguments.Any(a => a.Value.Bare() is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Body.Operations: { Length: 1 } body } } && body[0] is IReturnOperation { ReturnedValue: { } value } && value.Bare() is IParameterReferenceOperation);

    // What becomes of the inner task; null when something may take it.
    private static string? Fate(IOperation task, KnownTypes types)
    {
        var parent = task.Parent;
        while (parent is IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            parent = parent.Parent;
        switch (parent)
        {
            // Whether nobody may wait for a continuation is the business of UnobservedTask: unwrapped, it would be dropped as well.
            case IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation }:
                return task is IInvocationOperation { TargetMethod.Name: "StartNew" } ? "nothing takes it" : null;
            case IAwaitOperation { Parent: IExpressionStatementOperation }:
                return "one await only waits until the work has begun";
            // The inner task cannot be reached through the plain one.
            case IConversionOperation { IsImplicit: true, Type: { } plain } when plain.Is(types.Task):
                return "as a plain task only its beginning can be awaited";
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                return FateOf(local, task);
            default:
                return null;
        }
    }

    // `var work = Task.Factory.StartNew(async …); … await work;`
    private static string? FateOf(ILocalSymbol local, IOperation task)
    {
        var isAwaited = false;
        foreach (var use in VariableUses.Of(local, task, CancellationToken.None))
        {
            var parent = use.Parent;
            while (parent is IParenthesizedOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
                parent = parent.Parent;
            if (parent is not IAwaitOperation { Parent: IExpressionStatementOperation } && parent is not IInvocationOperation { TargetMethod.Name: "Wait", Parent: IExpressionStatementOperation })
                return null;
            isAwaited = true;
        }
        return isAwaited ? $"waiting for '{local.Name}' once only waits until the work has begun" : null;
    }
}
