using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Tells the tasks that a method is handed when they are complete, by the shape of the method and its uses.</summary>
internal sealed class TaskCallbacks(KnownTypes types, TaskCompletion completion)
{
    // A method with more callers than this is no continuation.
    private const int MostCalls = 8;

    private readonly INamedTypeSymbol? _awaiter = types["System.Runtime.CompilerServices.INotifyCompletion"];
    private readonly INamedTypeSymbol? _stateMachine = types["System.Runtime.CompilerServices.IAsyncStateMachine"];

    /// <summary>Whether the wait is for a task whose waiting is over when the function gets it, or owed by contract.</summary>
    public bool IsGivenComplete(TaskWait wait, ISymbol containingSymbol, CancellationToken cancellationToken)
    {
        // A hand-written state machine resumes when its awaiter is complete.
        if (wait.Form == WaitForm.GetResult && containingSymbol.ContainingType.IsOrInherits(_stateMachine))
            return true;
        // An awaiter is asked for its result when the task is complete, or to wait for it: that is its contract.
        if (containingSymbol is IMethodSymbol { Name: "GetResult", Parameters.IsEmpty: true } && containingSymbol.ContainingType.IsOrInherits(_awaiter))
            return true;
        if (containingSymbol is IMethodSymbol { Name: var name } end && name.StartsWith("End", StringComparison.Ordinal) && TakesAsyncResult(end))
            return true;
        if (TaskWaits.Bare(wait.Awaited) is not IParameterReferenceOperation { Parameter: var parameter })
            return false;
        if (IsAsyncResult(parameter))
            return true;
        return parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method
            && (method.DeclaredAccessibility == Accessibility.Private || method.MethodKind == MethodKind.LocalFunction)
            && IsAlwaysGivenComplete(method, parameter, wait.Operation, cancellationToken);
    }

    // The End method of a Begin/End pair waits by contract: `EndRead(IAsyncResult result) => ((Task<int>)result).Result`.
    private static bool TakesAsyncResult(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (IsAsyncResult(parameter))
                return true;
        }
        return false;
    }

    private static bool IsAsyncResult(IParameterSymbol parameter) =>
        parameter.Type is { Name: "IAsyncResult", ContainingNamespace.Name: "System" };

    // All uses of a private method stand in its type: continuations, and calls with a completed task.
    private bool IsAlwaysGivenComplete(IMethodSymbol method, IParameterSymbol parameter, IOperation wait, CancellationToken cancellationToken)
    {
        if (wait.SemanticModel is not { } model)
            return false;
        var calls = new List<InvocationExpressionSyntax>();
        var isCallback = false;
        foreach (var node in method.ContainingType.DeclaringSyntaxReferences.SelectMany(part => part.GetSyntax(cancellationToken).DescendantNodes()))
        {
            if (node is not SimpleNameSyntax name || name.Identifier.ValueText != method.Name)
                continue;
            var whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : (SyntaxNode)name;
            if (whole.Parent is InvocationExpressionSyntax call && call.Expression == whole)
                calls.Add(call);
            else
                isCallback |= IsCallback(whole);
        }
        // A method taken as a delegate is called when its task is done; what it is called with besides is not looked into.
        if (isCallback)
            return parameter.Ordinal == 0;
        return calls.Count is > 0 and <= MostCalls && calls.TrueForAll(call => IsGivenComplete(call, parameter, model, cancellationToken));
    }

    // `task.ContinueWith(OnDone)`, `s_onDone = OnDone`, `&OnDone`; but not `tasks.Select(Wait)`.
    private static bool IsCallback(SyntaxNode use) => use.WalkUpParentheses().Parent switch
    {
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax called } } =>
            called.Name.Identifier.ValueText is not ("Select" or "SelectMany" or "ForEach" or "Run" or "StartNew" or "Where" or "ConvertAll" or "Sum"),
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } } => false,
        ArgumentSyntax or EqualsValueClauseSyntax or AssignmentExpressionSyntax or PrefixUnaryExpressionSyntax or CastExpressionSyntax => true,
        _ => false,
    };

    private bool IsGivenComplete(InvocationExpressionSyntax call, IParameterSymbol parameter, SemanticModel model, CancellationToken cancellationToken)
    {
        // A call in a part in another file is not looked into; it may hand over anything.
        if (call.SyntaxTree != model.SyntaxTree || model.GetOperation(call, cancellationToken) is not IInvocationOperation invocation)
            return false;
        foreach (var argument in invocation.Arguments)
        {
            if (argument.Parameter?.Ordinal == parameter.Ordinal)
                return completion.IsComplete(argument.Value, () => invocation.GraphAround(cancellationToken), cancellationToken);
        }
        return false;
    }
}
