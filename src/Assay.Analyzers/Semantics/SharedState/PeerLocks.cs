using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>The locks of two objects of one type, the second taken while the first is held, in the order of the call.</summary>
/// <param name="First">The lock that is held.</param>
/// <param name="Second">The lock that is taken, as the code writes it.</param>
/// <param name="Function">The function.</param>
/// <param name="Operation">The acquire, or the call that leads to it.</param>
/// <param name="IsOpen">Whether the callers choose the objects; otherwise all of them name one that has its place.</param>
internal sealed record PeerPair(GuardTerm First, string Second, ISymbol Function, IOperation Operation, bool IsOpen);

/// <summary>Finds <c>transfer(a, b)</c>: two objects of one type locked one inside the other, with nothing that orders them.</summary>
internal static class PeerLocks
{
    private static readonly string[] s_orders = ["Compare", "CompareTo", "CompareOrdinal", "GetHashCode", "OrderBy", "Order", "Sort", "Min", "Max"];

    public static IEnumerable<PeerPair> In(TypeModel model, CancellationToken cancellationToken)
    {
        foreach (var acquisition in model.Acquisitions)
        {
            if (acquisition is not { IsCertain: true, Mode: not LockMode.Read, Term: { Member: not null } second, Function: { } function } || !IsOpen(function))
                continue;
            foreach (var first in acquisition.Held.Must)
            {
                if (ArePeers(first, second) && !IsOrdered(acquisition.Operation))
                    yield return new(first, second.Text, function, acquisition.Operation, AreChosen(function, model, cancellationToken));
            }
        }
        foreach (var call in model.Calls)
        {
            if (call is { Callee: IMethodSymbol callee, Function: { } function, IsConcurrent: false } && IsOpen(function) && ThroughCall(call, callee, model) is { } first && !IsOrdered(call.Operation))
                yield return new(first, $"{((IInvocationOperation)call.Operation).Instance!.Syntax}.{first.Text}", function, call.Operation, AreChosen(function, model, cancellationToken));
        }
    }

    // Callers of a private function may have put the objects in order.
    private static bool IsOpen(ISymbol function) =>
        function is IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: not Accessibility.Private };

    // Where every caller hands over the current scope or a part of its own, no call with the two swapped is in sight.
    private static bool AreChosen(ISymbol function, TypeModel model, CancellationToken cancellationToken)
    {
        if (OutsideCallers.Of(model.Evidence.Types).CallsFromOutside(function, model.Type, cancellationToken) is not { } outside)
            return true;
        var isCalled = false;
        foreach (var operation in outside.Select(c => c.Operation).Concat(model.Calls.Where(c => c.Callee.Is(function)).Select(c => c.Operation)))
        {
            isCalled = true;
            if (operation is not IInvocationOperation call || !call.Arguments.All(a => HasItsPlace(a.Value.Bare(), model.Type)))
                return true;
        }
        return !isCalled;
    }

    private static bool HasItsPlace(IOperation given, INamedTypeSymbol type) =>
        given is IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } || given.Type?.OriginalDefinition.Is(type.OriginalDefinition) != true;

    // The same field of two objects, of which one at least comes from the caller. A parent or child has its fixed place in an order.
    private static bool ArePeers(GuardTerm first, GuardTerm second) =>
        first != second && !first.IsStatic && first.Member.Is(second.Member)
        && IsDirect(first) && IsDirect(second) && (IsArgument(first) || IsArgument(second))
        && (first.IsOwn || IsArgument(first)) && (second.IsOwn || IsArgument(second));

    private static bool IsDirect(GuardTerm term) => term.Path.IndexOf('.') == term.Path.LastIndexOf('.');

    private static bool IsArgument(GuardTerm term) => term.Path.StartsWith("arg", StringComparison.Ordinal);

    // other.Deposit(…) under the own lock, where Deposit takes the same lock of other.
    private static GuardTerm? ThroughCall(CallUse call, IMethodSymbol callee, TypeModel model)
    {
        if (call.Operation is not IInvocationOperation { Instance: { } receiver } || receiver.Unwrap() is not IParameterReferenceOperation parameter || PrimaryParameters.Is(parameter.Parameter))
            return null;
        // `_children.ForEach(child => child.Close())`: the parameter of a lambda stands for a part of the own object.
        if (parameter.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction })
            return null;
        foreach (var first in call.Held.Must)
        {
            if (!first.IsOwn || first.Member is null || !IsDirect(first))
                continue;
            foreach (var acquisition in model.Acquisitions)
            {
                if (acquisition is { IsCertain: true, Mode: not LockMode.Read } && acquisition.Term == first && acquisition.Function.Is(callee))
                    return first;
            }
        }
        return null;
    }

    private static bool IsOrdered(IOperation operation)
    {
        foreach (var other in operation.Root().Descendants())
        {
            switch (other)
            {
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThanOrEqual } compared
                    when Concerns(compared.LeftOperand) && Concerns(compared.RightOperand):
                case IInvocationOperation { TargetMethod.Name: var name } when Array.IndexOf(s_orders, name) >= 0:
                    return true;
            }
        }
        return false;
    }

    // An order compares what belongs to the two objects, not an amount with a balance.
    private static bool Concerns(IOperation operand)
    {
        operand = operand.Unwrap();
        if (operand is IInvocationOperation { TargetMethod.Name: "CompareTo" or "Compare" or "GetHashCode" } or ILiteralOperation)
            return true;
        return operand is IMemberReferenceOperation { Member.Name: var name }
            && (name.EndsWith("Id", StringComparison.OrdinalIgnoreCase) || name.IndexOf("Order", StringComparison.OrdinalIgnoreCase) >= 0
                || name.IndexOf("Number", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("Key", StringComparison.OrdinalIgnoreCase) >= 0
                || name.IndexOf("Rank", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("Seq", StringComparison.OrdinalIgnoreCase) >= 0 || name.IndexOf("Index", StringComparison.OrdinalIgnoreCase) >= 0)
            || operand is ILocalReferenceOperation or IParameterReferenceOperation;
    }
}
