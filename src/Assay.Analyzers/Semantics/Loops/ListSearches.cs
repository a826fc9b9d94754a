using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Loops;

/// <summary>Recognises calls that look at, or move, every element of a list on every turn of a loop.</summary>
internal sealed class ListSearches(KnownTypes types)
{
    private readonly INamedTypeSymbol? _list = types["System.Collections.Generic.List`1"];
    private readonly INamedTypeSymbol? _arrayList = types["System.Collections.ArrayList"];
    private readonly INamedTypeSymbol? _enumerable = types["System.Linq.Enumerable"];
    private readonly INamedTypeSymbol? _lists = types["System.Collections.Generic.IList`1"];

    /// <summary>The list and the loop of a <c>Contains</c> or <c>IndexOf</c> that searches data; null for any other call.</summary>
    public (ISymbol List, ILoopOperation Loop)? OfSearch(IInvocationOperation call)
    {
        if (Searched(call) is not { } searched || VariableUses.Variable(searched) is not { } list || LoopTurns.Around(call, list) is not { } loop)
            return null;
        if (LoopTurns.AreFew(loop) || LoopTurns.LeavesAfter(call, loop) || IsSmallDomain(ElementOf(searched.Type)) || FewParts.IsOne(searched))
            return null;
        // Another list on every turn, or one that starts again.
        if (IsWrittenIn(loop, list) || Calls(loop, list, "Clear").Any())
            return null;
        // `Debug.Assert(!list.Contains(x))` is not there where it matters.
        if (IsAsserted(call))
            return null;
        // What does not depend on the turn finds the same every time: that is another mistake.
        if (!DependsOnTurn(call, loop))
            return null;
        return Calls(loop, list, "Add", "AddRange", "Insert").Any() || HoldsRows(searched) ? (list, loop) : null;
    }

    /// <summary>The list and the loop of a <c>RemoveAt(0)</c> or <c>Insert(0, …)</c>; null for any other call.</summary>
    public (ISymbol List, ILoopOperation Loop)? OfShift(IInvocationOperation call)
    {
        if (call is not { Instance: { } instance, Arguments: { Length: > 0 } arguments } || arguments.At(0).Value.Bare().ConstantValue is not { HasValue: true, Value: 0 })
            return null;
        if (!IsList(instance.Type) || VariableUses.Variable(instance.Bare()) is not { } list || LoopTurns.Around(call, list) is not { } loop)
            return null;
        if (LoopTurns.AreFew(loop) || LoopTurns.LeavesAfter(call, loop) || IsWrittenIn(loop, list) || Calls(loop, list, "Clear").Any())
            return null;
        // `while (list.Count > limit) list.RemoveAt(0);` cuts one off whenever one was added.
        if (loop is IWhileLoopOperation { Condition: { } condition } && LoopTurns.Mentions(condition, list) && !ComparesWithZero(condition))
            return null;
        return (list, loop);
    }

    /// <summary>The loop in which <c>ElementAt</c> is asked for one element after the other of what cannot jump to it; null for any other call.</summary>
    public ILoopOperation? OfWalk(IInvocationOperation call)
    {
        if (!call.TargetMethod.ContainingType.Is(_enumerable) || call.Arguments.Length != 2 || call.Receiver()?.Bare() is not { } sequence)
            return null;
        if (sequence.Type is null or IArrayTypeSymbol or IErrorTypeSymbol || sequence.Type.IsOrInherits(_lists) || sequence.Type.Name.StartsWith("IReadOnlyList", StringComparison.Ordinal))
            return null;
        if (call.Arguments.At(1).Value.Bare() is not ILocalReferenceOperation index || VariableUses.Variable(sequence) is not { } source)
            return null;
        return LoopTurns.Around(call, source) is IForLoopOperation loop && Retries.RetryLoop.Counts(loop, index.Local) && !LoopTurns.AreFew(loop) ? loop : null;
    }

    private static bool IsAsserted(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null and not IBlockOperation; parent = parent.Parent)
        {
            if (parent is IInvocationOperation { TargetMethod.ContainingType: { Name: "Debug", ContainingNamespace.Name: "Diagnostics" } })
                return true;
        }
        return false;
    }

    // What is searched from its start: a list or an array, by its own method, by LINQ or by Array.
    private IOperation? Searched(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (call.Instance is { } instance)
            return IsList(instance.Type) && call.Arguments.Length == 1 ? instance.Bare() : null;
        if (call.Arguments.Length != 2)
            return null;
        if (method.ContainingType.Is(_enumerable) || method.ContainingType is { SpecialType: SpecialType.System_Array } || method.ContainingType is { Name: "MemoryExtensions" })
            return call.Arguments.At(0).Value.Bare() is var source && (source.Type is IArrayTypeSymbol || IsList(source.Type)) ? source : null;
        return null;
    }

    private bool IsList(ITypeSymbol? type) => type is not null && (type.OriginalDefinition.Is(_list) || type.Is(_arrayList));

    // Rows come from a file, a query, another sequence or the caller; what is written down is short.
    private static bool HoldsRows(IOperation searched) => searched switch
    {
        IParameterReferenceOperation { Parameter: { IsParams: false, Name: not "args", Type: var type } } => ElementOf(type)?.SpecialType != SpecialType.System_Char && type is not IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte },
        ILocalReferenceOperation local => LocalWrites.OnlyValue(local)?.Bare() is { } value && IsMadeOfRows(value, local),
        _ => false,
    };

    private static bool IsMadeOfRows(IOperation value, ILocalReferenceOperation local)
    {
        switch (EntityFramework.EntityQuery.Awaited(value))
        {
            case IInvocationOperation { TargetMethod.Name: "ToListAsync" or "ToArrayAsync" or "ReadAllLinesAsync" }:
                return true;
            case IInvocationOperation { TargetMethod.Name: "ToList" or "ToArray" } copied:
                return copied.Receiver() is { } source && !LoopTurns.IsSmall(source.Bare());
            case IInvocationOperation { TargetMethod.Name: "ReadAllLines" }:
                return true;
            // Filled by a loop of its own.
            case IObjectCreationOperation { Initializer: null }:
                return local.Root().Descendants().Any(o => o is IInvocationOperation { TargetMethod.Name: "Add", Instance: ILocalReferenceOperation filled } add
                    && filled.Local.Is(local.Local) && LoopTurns.Around(add, local.Local) is { } loop && !LoopTurns.AreFew(loop));
            default:
                return false;
        }
    }

    private static ITypeSymbol? ElementOf(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } => arguments[0],
        _ => null,
    };

    // A list without repeats of these cannot grow long.
    private static bool IsSmallDomain(ITypeSymbol? element) =>
        element is { TypeKind: TypeKind.Enum } or { SpecialType: SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_Char or SpecialType.System_SByte }
        // What a program consists of: `Type`, `PropertyInfo`, `Assembly`.
        or { ContainingNamespace: { Name: "Reflection", ContainingNamespace.Name: "System" } } or { Name: "Type", ContainingNamespace: { Name: "System" } };

    private static bool DependsOnTurn(IInvocationOperation call, ILoopOperation loop)
    {
        var sought = call.Arguments[call.Arguments.Length - 1].Value;
        foreach (var part in sought.DescendantsAndSelf())
        {
            if (part is IInvocationOperation or IObjectCreationOperation)
                return true;
            if (part is ILocalReferenceOperation { Local: var local } && (local.DeclaringSyntaxReferences.Any(r => loop.Syntax.Span.Contains(r.Span)) || IsWrittenIn(loop, local)))
                return true;
        }
        return false;
    }

    private static bool IsWrittenIn(ILoopOperation loop, ISymbol variable)
    {
        foreach (var operation in loop.Body.Descendants())
        {
            if (VariableUses.Variable(operation).Is(variable) && VariableUses.IsWrite(operation))
                return true;
        }
        return loop is IForLoopOperation counted && counted.AtLoopBottom.Any(o => o.DescendantsAndSelf().Any(r => VariableUses.Variable(r).Is(variable) && VariableUses.IsWrite(r)));
    }

    private static IEnumerable<IInvocationOperation> Calls(ILoopOperation loop, ISymbol list, params string[] names)
    {
        foreach (var operation in loop.Body.Descendants())
        {
            if (operation is IInvocationOperation { Instance: { } instance } call && Array.IndexOf(names, call.TargetMethod.Name) >= 0 && VariableUses.Variable(instance.Bare()).Is(list))
                yield return call;
        }
    }

    private static bool ComparesWithZero(IOperation condition) =>
        condition.DescendantsAndSelf().Any(o => Comparison.Of(o) is { Right.ConstantValue: { HasValue: true, Value: 0 } } || o is IInvocationOperation { TargetMethod.Name: "Any" });
}
