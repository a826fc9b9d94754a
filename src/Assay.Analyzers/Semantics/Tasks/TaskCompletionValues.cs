using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Which values are tasks that have completed, and what else has completed once a value has.</summary>
/// <param name="types">The types of the compilation.</param>
/// <param name="model">Finds the body of a lambda, which a control flow graph keeps aside.</param>
internal sealed class TaskCompletionValues(KnownTypes types, SemanticModel? model)
{
    private readonly INamedTypeSymbol? _task = types.Task;
    private readonly INamedTypeSymbol? _enumerable = types["System.Linq.Enumerable"];
    private readonly CompletedMembers _members = CompletedMembers.Of(types);

    /// <summary>Whether the value is a completed task, or holds completed tasks only.</summary>
    public bool IsComplete(IOperation value, TaskCompletionFacts facts)
    {
        var bare = TaskWaits.Bare(value);
        if (TaskCompletionPlace.Of(bare) is { } place && facts.Proves(place))
            return true;
        switch (bare)
        {
            case IPropertyReferenceOperation { Property: { Name: "CompletedTask", ContainingType.Name: "Task" or "ValueTask" } }:
            case IAwaitOperation { Operation: var awaited } when IsTaskMethod(awaited, "WhenAny"):
            case IFieldReferenceOperation { Field: var field } when _members.IsAlwaysComplete(field):
                return true;
            // What a collection of completed tasks gives out, such as `Values` or `Current`; what a task gives out is another task.
            case IPropertyReferenceOperation { Instance: { } instance } when !types.IsTaskLike(instance.Type):
                return IsComplete(instance, facts);
            case IInvocationOperation call:
                return IsCompleteCall(call, facts);
            case IDefaultValueOperation zero:
                return types.IsTaskLike(zero.Type) && zero.Type is { IsValueType: true };
            case IObjectCreationOperation { Type.Name: "ValueTask" } created:
                // Made of a task it is as complete as the task, which has been looked through; made of a source it may be pending.
                return created.Arguments.Length < 2 && !(created.Arguments.Length == 1 && types.IsTaskLike(created.Arguments.At(0).Value.Type));
            case IArrayCreationOperation { Initializer: { } initializer }:
                return AllComplete(initializer.ElementValues, facts);
            case ICollectionExpressionOperation collection:
                return AllComplete(collection.Elements, facts);
            case ISpreadOperation spread:
                return IsComplete(spread.Operand, facts);
            case ISimpleAssignmentOperation assignment:
                return IsComplete(assignment.Value, facts);
            // `TryRead()?.Result` waits for what stands before the question mark.
            case IConditionalAccessInstanceOperation placeholder:
                return placeholder.Accessed() is { } accessed && IsComplete(accessed, facts);
            default:
                return false;
        }
    }

    /// <summary>The places that are complete once the value is; for a collection, once all its tasks are.</summary>
    public IEnumerable<TaskCompletionPlace> CompleteWith(IOperation value)
    {
        var bare = TaskWaits.Bare(value);
        if (TaskCompletionPlace.Of(bare) is { } place)
        {
            yield return place;
            // Who has waited for all values of a dictionary has waited for the dictionary.
            if (bare is IPropertyReferenceOperation { Property.Name: "Values" } && place.Owner is { } dictionary)
                yield return dictionary;
        }
        foreach (var part in Parts(bare))
        {
            foreach (var inner in CompleteWith(part))
                yield return inner;
        }
    }

    /// <summary>Whether the operation is a call of this static method of Task, configured or not.</summary>
    public bool IsTaskMethod(IOperation operation, string name) =>
        TaskWaits.Bare(operation) is IInvocationOperation { TargetMethod.IsStatic: true } call
        && call.TargetMethod.Name == name
        && call.TargetMethod.ContainingType.Is(_task);

    private bool IsCompleteCall(IInvocationOperation call, TaskCompletionFacts facts)
    {
        if (DualCode.IsInSyncMode(call) || _members.IsAlwaysComplete(call.TargetMethod))
            return true;
        var method = call.TargetMethod;
        if (method.IsStatic && method.ContainingType.Name is "Task" or "ValueTask")
        {
            if (method.Name is "FromResult" or "FromException" or "FromCanceled" or "WhenEach")
                return true;
            if (method.Name is "WhenAll" && method.ContainingType.Is(_task) && !call.Arguments.IsEmpty)
                return IsComplete(call.Arguments.At(0).Value, facts);
        }
        // Elements and selections of a collection of completed tasks; only the framework's own methods are known to start nothing.
        return TaskWaits.Receiver(call) is { } source
            && !types.IsTaskLike(source.Type)
            && IsOfFramework(method)
            && (IsComplete(source, facts) ? !StartsTasks(call) : KeepsCompleteOnly(call));
    }

    // `Where(t => t.IsCompletedSuccessfully)`.
    private bool KeepsCompleteOnly(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is not ("Where" or "First" or "FirstOrDefault" or "Single" or "SingleOrDefault" or "FindAll" or "Find"))
            return false;
        return Guarded(call) is not null;
    }

    /// <summary>The parameter of a call's predicate whose task is complete wherever the predicate says true, or null.</summary>
    public IParameterSymbol? Guarded(IInvocationOperation call) =>
        Guard(call) is var (parameter, facts) && facts.Proves(TaskCompletionPlace.Of(parameter)) ? parameter : null;

    /// <summary>What a call's predicate says about its parameter wherever it says true; null when the call has no predicate.</summary>
    public (IParameterSymbol Parameter, TaskCompletionFacts Facts)? Guard(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (LambdaOf(argument.Value) is { Symbol.Parameters.IsEmpty: false } lambda && OnlyReturned(lambda) is { } condition)
                return (lambda.Symbol.Parameters[0], FactsIf(condition));
            // The clause of a query is a lambda without a body of its own.
            if (argument.Value.Unwrap() is IDelegateCreationOperation { Target: IFlowAnonymousFunctionOperation { Symbol.Parameters: { IsEmpty: false } parameters } clause }
                && model?.GetOperation(clause.Syntax) is { } clauseCondition and not IAnonymousFunctionOperation)
                return (parameters[0], FactsIf(clauseCondition));
        }
        return null;
    }

    /// <summary>Whether a call such as <c>task.IsSuccess()</c> of a method of this compilation says that its only argument is complete.</summary>
    public bool SaysComplete(IInvocationOperation call, CancellationToken cancellationToken = default)
    {
        var method = call.TargetMethod.ReducedFrom ?? call.TargetMethod;
        if (!method.IsStatic || method.Parameters.Length != 1 || method.ReturnType.SpecialType != SpecialType.System_Boolean || !types.IsTaskLike(method.Parameters[0].Type))
            return false;
        var body = types.BodyOf(method, cancellationToken) as IBlockOperation;
        return body?.Operations is { Length: 1 } only
            && only[0] is IReturnOperation { ReturnedValue: { } condition }
            && FactsIf(condition).Proves(TaskCompletionPlace.Of(method.OriginalDefinition.Parameters[0]));
    }

    private TaskCompletionFacts FactsIf(IOperation condition) =>
        new TaskCompletionConditions(types, this, null).Apply(condition, true, TaskCompletionFacts.None);

    // A projection such as `Select(id => FetchAsync(id))` makes new tasks out of whatever it is given.
    private bool StartsTasks(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (LambdaOf(argument.Value) is { } lambda && CallsForTasks(lambda))
                return true;
        }
        return false;
    }

    private bool CallsForTasks(IAnonymousFunctionOperation lambda)
    {
        foreach (var operation in lambda.Body.Descendants())
        {
            if (operation is IInvocationOperation inner && types.IsTaskLike(inner.Type))
                return true;
        }
        return false;
    }

    // What a value is made of, whose parts have all completed when it has.
    private IEnumerable<IOperation> Parts(IOperation value) => value switch
    {
        IInvocationOperation call => PartsOfCall(call),
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
        ICollectionExpressionOperation collection => collection.Elements,
        ISpreadOperation spread => [spread.Operand],
        ISimpleAssignmentOperation assignment => [assignment.Target, assignment.Value],
        _ => [],
    };

    private IEnumerable<IOperation> PartsOfCall(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (IsWhenAll(call) || (IsTaskMethod(call, "WhenAny") && IsSingle(call)))
            return call.Arguments.Select(argument => argument.Value).Concat(call.Instance is { } own ? [own] : []);
        if (method is { Name: "ConvertAll", ContainingType.SpecialType: SpecialType.System_Array } && !call.Arguments.IsEmpty)
            return StartsTasks(call) ? [] : [call.Arguments.At(0).Value];
        if (TaskWaits.Receiver(call) is not { } receiver)
            return [];
        if (types.IsTaskLike(receiver.Type))
            return method.Name is "ContinueWith" or "WaitAsync" or "Unwrap" ? [receiver] : [];
        if (!IsOfFramework(method))
            return [];
        return method.Name switch
        {
            "ToArray" or "ToList" or "ToImmutableArray" or "AsEnumerable" or "AsReadOnly" or "AsSpan" => [receiver],
            "Cast" or "OfType" or "Where" or "Reverse" or "Order" or "OrderBy" or "Distinct" => [receiver],
            "Concat" or "Union" or "Append" or "Prepend" => call.Arguments.Select(argument => argument.Value).Concat([receiver]),
            "Select" or "SelectMany" or "ConvertAll" => StartsTasks(call) ? [] : [receiver],
            _ => [],
        };
    }

    // `await tasks.WhenAll()` and `await CancellableWhenAll(tasks, token)` say what Task.WhenAll says.
    private bool IsWhenAll(IInvocationOperation call) =>
        IsTaskMethod(call, "WhenAll")
        || (call.TargetMethod.Name.EndsWith("WhenAll", StringComparison.Ordinal) && types.IsTaskLike(call.TargetMethod.ReturnType));

    // `await Task.WhenAny(task)` waits for the one task without throwing its exception.
    private static bool IsSingle(IInvocationOperation call) => call.Arguments.Length == 1 && call.Arguments.At(0).Value.Unwrap() switch
    {
        IArrayCreationOperation { Initializer.ElementValues.Length: 1 } => true,
        ICollectionExpressionOperation { Elements: { Length: 1 } elements } => elements[0] is not ISpreadOperation,
        _ => false,
    };

    private bool IsOfFramework(IMethodSymbol method)
    {
        if (method.ContainingType.Is(_enumerable))
            return true;
        var space = method.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
            space = space.ContainingNamespace;
        return space is { Name: "System" };
    }

    private bool AllComplete(IEnumerable<IOperation> values, TaskCompletionFacts facts)
    {
        foreach (var value in values)
        {
            if (!IsComplete(value, facts))
                return false;
        }
        return true;
    }

    /// <summary>The lambda that an argument is, in the tree of operations or in a control flow graph.</summary>
    public IAnonymousFunctionOperation? LambdaOf(IOperation value)
    {
        var target = value.Unwrap() is IDelegateCreationOperation creation ? creation.Target : value.Unwrap();
        return target switch
        {
            IAnonymousFunctionOperation lambda => lambda,
            IFlowAnonymousFunctionOperation flow => model?.GetOperation(flow.Syntax) as IAnonymousFunctionOperation,
            _ => null,
        };
    }

    /// <summary>What a property of one expression computes, if it is written in the same file.</summary>
    public IOperation? ConditionOf(IPropertySymbol property)
    {
        if (model is null || property.Type.SpecialType != SpecialType.System_Boolean || property.DeclaringSyntaxReferences.IsEmpty || property.IsVirtual)
            return null;
        if (property.DeclaringSyntaxReferences[0].GetSyntax() is not PropertyDeclarationSyntax declaration || declaration.SyntaxTree != model.SyntaxTree)
            return null;
        var getter = declaration.AccessorList?.Accessors.FirstOrDefault(a => a.IsKind(SyntaxKind.GetAccessorDeclaration));
        var expression = declaration.ExpressionBody?.Expression ?? getter?.ExpressionBody?.Expression
            ?? (getter?.Body?.Statements is { Count: 1 } body && body[0] is ReturnStatementSyntax { Expression: { } returned } ? returned : null);
        return expression is null ? null : model.OperationOf(expression);
    }

    private static IOperation? OnlyReturned(IAnonymousFunctionOperation lambda) =>
        lambda.Body.Operations is { Length: 1 } body && body[0] is IReturnOperation { ReturnedValue: { } value } ? value : null;
}
