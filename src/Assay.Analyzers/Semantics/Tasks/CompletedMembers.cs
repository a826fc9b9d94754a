using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>
/// The methods, fields and properties of a compilation that only ever hand out completed tasks, such as a validation that
/// ends in <c>Task.FromResult</c> on every way.
/// </summary>
internal sealed class CompletedMembers
{
    // A method that returns what another one returns is followed this far.
    private const int MostHops = 3;

    private static readonly ConditionalWeakTable<Compilation, CompletedMembers> s_perCompilation = new();

    private readonly ConcurrentDictionary<ISymbol, bool> _known = new(SymbolEqualityComparer.Default);
    private readonly KnownTypes _types;

    private CompletedMembers(KnownTypes types) => _types = types;

    public static CompletedMembers Of(KnownTypes types) =>
        s_perCompilation.GetValue(types.Compilation, _ => new CompletedMembers(types));

    /// <summary>Whether every task the method returns is complete already, or there is none.</summary>
    public bool IsAlwaysComplete(IMethodSymbol method) => IsAlwaysComplete(method, hops: 0);

    /// <summary>Whether the private field is only ever given completed tasks, such as the last result kept for reuse.</summary>
    public bool IsAlwaysComplete(IFieldSymbol field)
    {
        var definition = field.OriginalDefinition;
        if (!_types.IsTaskLike(definition.Type) || definition.DeclaringSyntaxReferences.IsEmpty)
            return false;
        return _known.GetOrAdd(definition, f => IsGivenCompleteOnly((IFieldSymbol)f));
    }

    private bool IsGivenCompleteOnly(IFieldSymbol field)
    {
        if (field.DeclaredAccessibility != Accessibility.Private)
            return false;
        var any = false;
        foreach (var node in field.ContainingType.DeclaringSyntaxReferences.SelectMany(part => part.GetSyntax().DescendantNodes()))
        {
            switch (node)
            {
                case VariableDeclaratorSyntax { Initializer.Value: var value } declared when declared.Identifier.ValueText == field.Name:
                    if (!MakesComplete(value))
                        return false;
                    any = true;
                    break;
                case AssignmentExpressionSyntax assignment when Names(assignment.Left, field.Name):
                    if (!MakesComplete(assignment.Right))
                        return false;
                    any = true;
                    break;
                // By reference anybody may write it, and a tuple hides what it is given.
                case ArgumentSyntax { RefKindKeyword.RawKind: not 0 } argument when Names(argument.Expression, field.Name):
                case RefExpressionSyntax reference when Names(reference.Expression, field.Name):
                case AssignmentExpressionSyntax { Left: TupleExpressionSyntax tuple } when tuple.Arguments.Any(a => Names(a.Expression, field.Name)):
                    return false;
            }
        }
        return any;
    }

    private static bool Names(ExpressionSyntax expression, string name) => expression switch
    {
        IdentifierNameSyntax identifier => identifier.Identifier.ValueText == name,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == name,
        _ => false,
    };

    private static bool MakesComplete(ExpressionSyntax value) => value switch
    {
        ParenthesizedExpressionSyntax parenthesized => MakesComplete(parenthesized.Expression),
        PostfixUnaryExpressionSyntax forgiven => MakesComplete(forgiven.Operand),
        AssignmentExpressionSyntax chained => MakesComplete(chained.Right),
        LiteralExpressionSyntax or DefaultExpressionSyntax => true,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "FromResult" or "FromException" or "FromCanceled" } } => true,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CompletedTask" } => true,
        _ => false,
    };

    private bool IsAlwaysComplete(IMethodSymbol method, int hops)
    {
        var definition = (method.ReducedFrom ?? method).OriginalDefinition;
        if (hops > MostHops || definition.DeclaringSyntaxReferences.IsEmpty || !_types.IsTaskLike(definition.ReturnType))
            return false;
        // Another implementation may really wait; async code is complete only if it never awaits, which nobody promises.
        if (definition.IsAsync || definition.IsAbstract || definition.IsVirtual || definition is { IsOverride: true, IsSealed: false })
            return false;
        // Recursion ends by the hops; an entry that says "not yet" would make another thread's answer depend on its moment.
        return _known.GetOrAdd(definition, _ => ReturnsCompleteOnly(definition, hops));
    }

    private bool ReturnsCompleteOnly(IMethodSymbol method, int hops)
    {
        if (_types.BodyOf(method, CancellationToken.None) is not { } body)
            return false;
        var any = false;
        var left = new Stack<IOperation>();
        left.Push(body);
        while (left.Count > 0)
        {
            var operation = left.Pop();
            // What functions inside return is theirs.
            if (operation is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;
            if (operation is IReturnOperation { ReturnedValue: { } value })
            {
                if (!IsComplete(value, hops))
                    return false;
                any = true;
            }
            foreach (var child in operation.ChildOperations)
                left.Push(child);
        }
        return any;
    }

    private bool IsComplete(IOperation value, int hops) => TaskWaits.Bare(value) switch
    {
        { ConstantValue: { HasValue: true, Value: null } } or IDefaultValueOperation or IThrowOperation => true,
        IConditionalOperation { WhenFalse: { } otherwise } choice => IsComplete(choice.WhenTrue, hops) && IsComplete(otherwise, hops),
        ICoalesceOperation choice => IsComplete(choice.Value, hops) && IsComplete(choice.WhenNull, hops),
        ISwitchExpressionOperation choice => AllComplete(choice, hops),
        IInvocationOperation call => IsCompleteCall(call, hops),
        IObjectCreationOperation { Type.Name: "ValueTask", Arguments: var arguments } =>
            arguments.Length < 2 && !(arguments.Length == 1 && _types.IsTaskLike(arguments.At(0).Value.Type)),
        IPropertyReferenceOperation { Property: { Name: "CompletedTask", ContainingType.Name: "Task" or "ValueTask" } } => true,
        IPropertyReferenceOperation { Property: { SetMethod: null, IsVirtual: false, IsAbstract: false } property } => IsInitialisedComplete(property, hops),
        IFieldReferenceOperation { Field: { IsReadOnly: true } field } => IsInitialisedComplete(field, hops),
        _ => false,
    };

    private bool AllComplete(ISwitchExpressionOperation choice, int hops)
    {
        foreach (var arm in choice.Arms)
        {
            if (!IsComplete(arm.Value, hops))
                return false;
        }
        return true;
    }

    private bool IsCompleteCall(IInvocationOperation call, int hops)
    {
        var method = call.TargetMethod;
        if (method is { IsStatic: true, Name: "FromResult" or "FromException" or "FromCanceled", ContainingType.Name: "Task" or "ValueTask" })
            return true;
        return IsAlwaysComplete(method, hops + 1);
    }

    // `static readonly Task<bool> s_true = Task.FromResult(true);` and `static Task<Outcome> Done { get; } = Task.FromResult(…);`.
    // A constructor may put something else into an instance member, so only static ones count.
    private bool IsInitialisedComplete(ISymbol member, int hops)
    {
        if (!member.IsStatic || member.DeclaringSyntaxReferences.IsEmpty || hops > MostHops)
            return false;
        var syntax = member.DeclaringSyntaxReferences[0].GetSyntax();
        var value = syntax switch
        {
            VariableDeclaratorSyntax { Initializer.Value: var initial } => initial,
            PropertyDeclarationSyntax { Initializer.Value: var initial } => initial,
            PropertyDeclarationSyntax { ExpressionBody.Expression: var computed } => computed,
            _ => null,
        };
        if (value is null || !_types.Compilation.ContainsSyntaxTree(syntax.SyntaxTree))
            return false;
        return _types.Compilation.GetSemanticModel(syntax.SyntaxTree).OperationOf(value) is { } operation && IsComplete(operation, hops + 1);
    }
}
