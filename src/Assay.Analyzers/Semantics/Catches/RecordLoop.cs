using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>A loop that works on one record a turn, seen from a try statement inside it.</summary>
/// <param name="Place">The loop, or the call that runs the lambda for each record.</param>
/// <param name="Item">The variable of the record.</param>
/// <param name="Evidence">How sure it is that they are records.</param>
internal sealed record RecordLoop(IOperation Place, ISymbol Item, RecordEvidence Evidence)
{
    /// <summary>How a message names the record of a turn.</summary>
    public string RecordText => Place switch
    {
        IForLoopOperation => $"the record at '{Item.Name}'",
        IWhileLoopOperation when Item is IParameterSymbol || (TypeOf(Item)?.Name.EndsWith("Reader", StringComparison.Ordinal) ?? false) => $"a record of '{Item.Name}'",
        _ => $"'{Item.Name}'",
    };

    /// <summary>The loop whose record the try statement works on, or null.</summary>
    public static RecordLoop? Around(CatchFacts facts)
    {
        if (facts.EnclosingLoop is { } loop)
        {
            foreach (var item in RecordItems.Of(loop))
            {
                if (Of(loop, loop.Body, item, facts) is { } found)
                    return found;
            }
            return null;
        }
        return EnclosingForEachCall(facts.Attempt) is var (call, lambda) && !lambda.Symbol.Parameters.IsEmpty
            ? Of(call, lambda.Body, lambda.Symbol.Parameters[0], facts)
            : null;
    }

    private static RecordLoop? Of(IOperation place, IOperation body, ISymbol item, CatchFacts facts)
    {
        var type = place is IForLoopOperation ? RecordItems.ElementType(body, item) : TypeOf(item);
        if (RecordTypes.EvidenceOf(type, facts.Types) is not { } evidence)
            return null;
        var records = new List<ISymbol> { item };
        AddDerived(records, body, facts.Attempt);
        if (!IsUsedAsValue(records, facts.Attempt.Body, RecordTypes.IsCarried(type!)))
            return null;
        if (evidence == RecordEvidence.Weak)
        {
            AddDerived(records, facts.Attempt.Body, facts.Attempt);
            if (RecordNames.Name(type!, records, facts.Attempt.Body))
                evidence = RecordEvidence.Name;
        }
        return new RecordLoop(place, item, evidence);
    }

    private static (IOperation, IAnonymousFunctionOperation)? EnclosingForEachCall(IOperation attempt)
    {
        for (var parent = attempt.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILocalFunctionOperation)
                return null;
            if (parent is not IAnonymousFunctionOperation lambda)
                continue;
            for (var outer = lambda.Parent; outer is IDelegateCreationOperation or IConversionOperation or IArgumentOperation; outer = outer.Parent)
            {
                if (outer.Parent is IInvocationOperation { TargetMethod: { Name: "ForEach" or "ForEachAsync", ContainingType.Name: "Parallel" or "List" } } call)
                    return (call, lambda);
            }
            return null;
        }
        return null;
    }

    /// <summary>Whether the turn goes on to work on the record behind the try statement: then a step failed, and the record lives.</summary>
    public bool IsUsedBehind(ITryOperation attempt)
    {
        var record = new List<ISymbol> { Item };
        if (Place is ILoopOperation { Body: var body })
            AddDerived(record, body, attempt);
        IOperation child = attempt;
        for (var parent = attempt.Parent; parent is not null && parent != Place && parent is not IAnonymousFunctionOperation; child = parent, parent = parent.Parent)
        {
            if (parent is not IBlockOperation block)
                continue;
            for (var i = block.Operations.IndexOf(child) + 1; i < block.Operations.Length; i++)
            {
                if (block.Operations[i].Descendants().Any(o => IsOneOf(record, o)))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Whether the first thing the try statement does with the record is to remove it from somewhere: then it was to be lost.</summary>
    public bool IsTakenAway(ITryOperation attempt)
    {
        var record = new List<ISymbol> { Item };
        foreach (var inner in attempt.Body.Descendants())
        {
            if (inner is IInvocationOperation { TargetMethod.Name: not "ConfigureAwait" } call && call.Descendants().Any(o => IsOneOf(record, o)))
                return IsRemoval(call.TargetMethod.Name);
        }
        return false;
    }

    private static bool IsRemoval(string method) =>
        method.StartsWith("Delete", StringComparison.Ordinal) || method.StartsWith("Remove", StringComparison.Ordinal)
        || method.StartsWith("TryRemove", StringComparison.Ordinal) || method.StartsWith("Unregister", StringComparison.Ordinal)
        || method.StartsWith("Logout", StringComparison.OrdinalIgnoreCase);

    // Locals filled from the record before the try are the record under another name.
    private static void AddDerived(List<ISymbol> records, IOperation body, ITryOperation attempt)
    {
        foreach (var statement in body.ChildOperations)
        {
            if (statement == attempt)
                return;
            if (statement is not IVariableDeclarationGroupOperation group)
                continue;
            foreach (var declaration in group.Declarations)
            {
                foreach (var declarator in declaration.Declarators)
                {
                    if (declarator.GetVariableInitializer() is { } initializer && initializer.Descendants().Any(o => IsOneOf(records, o)))
                        records.Add(declarator.Symbol);
                }
            }
        }
    }

    // `plugin.Start()` runs a part of the program; `Import(row)`, `row.Total` and `lines[i]` work on a record.
    private static bool IsUsedAsValue(List<ISymbol> records, IOperation attempted, bool isCarried)
    {
        foreach (var inner in attempted.Descendants())
        {
            if (!IsOneOf(records, inner))
                continue;
            var use = inner.Parent;
            while (use is IConversionOperation or IParenthesizedOperation)
                use = use.Parent;
            if (use is not IInvocationOperation call || call.Instance?.Unwrap() != inner || isCarried || IsReader(inner))
                return true;
        }
        return false;
    }

    private static bool IsReader(IOperation record) => record.Type?.Name.EndsWith("Reader", StringComparison.Ordinal) == true;

    /// <summary>Whether the operation is a use of one of the variables that hold the record.</summary>
    internal static bool IsOneOf(List<ISymbol> records, IOperation operation) => operation switch
    {
        ILocalReferenceOperation { Local: var local } => records.Contains(local, SymbolEqualityComparer.Default),
        IParameterReferenceOperation { Parameter: var parameter } => records.Contains(parameter, SymbolEqualityComparer.Default),
        _ => false,
    };

    private static ITypeSymbol? TypeOf(ISymbol item) => item switch
    {
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };
}
