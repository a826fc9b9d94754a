using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>How sure it is that the items of a loop are records or messages, and not the parts of the program it runs.</summary>
internal enum RecordEvidence
{
    /// <summary>The name, path or key of something that is still there when the turn fails.</summary>
    Name,

    /// <summary>Texts, numbers: they may be records.</summary>
    Weak,

    /// <summary>Types that hold values: rows, orders, messages.</summary>
    Strong,
}

/// <summary>A loop that works on one record a turn, seen from a try statement inside it.</summary>
/// <param name="Place">The loop, or the call that runs the lambda for each record.</param>
/// <param name="Item">The variable of the record.</param>
/// <param name="Evidence">How sure it is that they are records.</param>
internal sealed record RecordLoop(IOperation Place, ISymbol Item, RecordEvidence Evidence)
{
    private static readonly HashSet<string> s_documentTypes =
        ["JsonElement", "JsonNode", "JsonObject", "JObject", "JToken", "XElement", "XmlNode", "XmlElement", "DataRow", "BsonDocument"];

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
            foreach (var item in ItemsOf(loop))
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
        var type = place is IForLoopOperation ? ElementType(body, item) : TypeOf(item);
        if (EvidenceOf(type, facts.Types) is not { } evidence)
            return null;
        var records = new List<ISymbol> { item };
        AddDerived(records, body, facts.Attempt);
        if (!IsUsedAsValue(records, facts.Attempt.Body, IsCarried(type!)))
            return null;
        if (evidence == RecordEvidence.Weak)
        {
            AddDerived(records, facts.Attempt.Body, facts.Attempt);
            if (RecordNames.Name(type!, records, facts.Attempt.Body))
                evidence = RecordEvidence.Name;
        }
        return new RecordLoop(place, item, evidence);
    }

    private static IEnumerable<ISymbol> ItemsOf(ILoopOperation loop) => loop switch
    {
        IForEachLoopOperation each => each.Locals,
        IWhileLoopOperation { Condition: { } condition, ConditionIsTop: true } rows => ReadIn(condition).Concat(TakenIn(rows.Body)),
        IForLoopOperation { Condition: { } condition } counted => Indexes(counted, condition),
        _ => [],
    };

    // `while ((line = Read()) != null)`, `while (queue.TryDequeue(out var job))`, `while (rows.Read())`.
    private static IEnumerable<ISymbol> ReadIn(IOperation condition)
    {
        foreach (var inner in condition.DescendantsAndSelf())
        {
            switch (inner)
            {
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation assigned }:
                    yield return assigned.Local;
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out, Value: var value }:
                    if (value is IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared })
                        yield return declared.Local;
                    else if (value is ILocalReferenceOperation given)
                        yield return given.Local;
                    break;
                case IDeclarationPatternOperation { DeclaredSymbol: { } matched }:
                    yield return matched;
                    break;
                case IRecursivePatternOperation { DeclaredSymbol: { } found }:
                    yield return found;
                    break;
                case IInvocationOperation { TargetMethod.Name: "Read" or "ReadAsync", Instance: { } reader }:
                    if (reader.Unwrap() is ILocalReferenceOperation { Local: var local })
                        yield return local;
                    else if (reader.Unwrap() is IParameterReferenceOperation { Parameter: var parameter })
                        yield return parameter;
                    break;
            }
        }
    }

    // `while (!token.IsCancellationRequested) { var message = consumer.Consume(token); try …`: what is taken out is in nobody else's hands.
    private static IEnumerable<ISymbol> TakenIn(IOperation body)
    {
        foreach (var statement in body.ChildOperations)
        {
            if (statement is not IVariableDeclarationGroupOperation { Declarations: { Length: 1 } declarations } || declarations[0].Declarators is not { Length: 1 } declarators)
                continue;
            var value = declarators[0].GetVariableInitializer()?.Value.Unwrap();
            if (value is IAwaitOperation { Operation: var awaited })
                value = awaited is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } configured } ? configured : awaited;
            if (value is IInvocationOperation { TargetMethod.Name: "Consume" or "ConsumeAsync" or "Dequeue" or "DequeueAsync" or "Take" or "ReceiveMessageAsync" or "ReceiveMessage" or "BasicGet" or "BasicGetAsync" }
                && !(declarators[0].Symbol.Type is { SpecialType: not SpecialType.None }))
                yield return declarators[0].Symbol;
        }
    }

    // An index counts only when the body picks an element with it: otherwise it numbers attempts.
    private static IEnumerable<ISymbol> Indexes(IForLoopOperation loop, IOperation condition)
    {
        foreach (var index in loop.Locals)
        {
            foreach (var inner in loop.Body.Descendants())
            {
                if (ElementIndex(inner)?.Unwrap() is ILocalReferenceOperation reference && reference.Local.Is(index) && condition is IBinaryOperation)
                {
                    yield return index;
                    break;
                }
            }
        }
    }

    // What the index picks: the records are the elements, not their numbers.
    private static ITypeSymbol? ElementType(IOperation body, ISymbol index)
    {
        foreach (var inner in body.Descendants())
        {
            if (ElementIndex(inner)?.Unwrap() is ILocalReferenceOperation reference && reference.Local.Is(index))
                return inner.Type;
        }
        return null;
    }

    private static IOperation? ElementIndex(IOperation operation) => operation switch
    {
        IArrayElementReferenceOperation { Indices.Length: 1 } element => element.Indices[0],
        IPropertyReferenceOperation { Property.IsIndexer: true, Arguments.Length: 1 } element => element.Arguments.At(0).Value,
        _ => null,
    };

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

    // Texts, documents and records do nothing of their own: `line.Split(',')`, `element.GetProperty("id")` read them.
    private static bool IsCarried(ITypeSymbol type) => type.SpecialType is not (SpecialType.None or SpecialType.System_Object) || type.IsRecord || s_documentTypes.Contains(type.Name);

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

    private static RecordEvidence? EvidenceOf(ITypeSymbol? type, KnownTypes types)
    {
        switch (type)
        {
            case null or IErrorTypeSymbol or IDynamicTypeSymbol or { TypeKind: TypeKind.Delegate } or { SpecialType: SpecialType.System_Delegate or SpecialType.System_MulticastDelegate }:
                return null;
            case { SpecialType: not SpecialType.None } or ITypeParameterSymbol or IArrayTypeSymbol or { TypeKind: TypeKind.Enum } or { Name: "Guid" or "Uri" }:
                return RecordEvidence.Weak;
            case { IsTupleType: true } or { IsAnonymousType: true }:
                return RecordEvidence.Weak;
            case INamedTypeSymbol { Name: "KeyValuePair", Arity: 2 } pair:
                return EvidenceOf(pair.TypeArguments[0], types) is null ? null : EvidenceOf(pair.TypeArguments[1], types);
            // A JobKey is carried like a record, and what it stands for is kept somewhere else.
            case not null when RecordNames.IsKey(type.Name):
                return RecordEvidence.Weak;
            case { IsRecord: true }:
                return RecordEvidence.Strong;
        }
        if (s_documentTypes.Contains(type.Name) || type.IsOrInherits(types["System.Data.IDataReader"]))
            return RecordEvidence.Strong;
        // Tasks, assemblies, connections, plugins: parts of the program, each of which is let fail alone.
        if (type.IsOrInherits(types["System.IDisposable"]) || type.IsOrInherits(types["System.IAsyncDisposable"]) || IsReflection(type))
            return null;
        return HoldsValues(type) ? RecordEvidence.Strong : null;
    }

    private static bool IsReflection(ITypeSymbol type) =>
        type.Name == "Type" || type.ContainingNamespace is { Name: "Reflection" or "IO" or "Diagnostics", ContainingNamespace.Name: "System" };

    // More properties than methods of its own: a thing that is carried, not one that acts.
    private static bool HoldsValues(ITypeSymbol type)
    {
        var values = 0;
        for (var current = type; current is { SpecialType: not SpecialType.System_Object and not SpecialType.System_ValueType }; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member.IsStatic || member.IsImplicitlyDeclared || member.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal))
                    continue;
                // A registration: what fails is the callback that it holds.
                if (member is IPropertySymbol { Type.TypeKind: TypeKind.Delegate } or IFieldSymbol { Type.TypeKind: TypeKind.Delegate })
                    return false;
                if (member is IPropertySymbol or IFieldSymbol)
                    values++;
                else if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsOverride: false })
                    values--;
            }
        }
        return values > 0;
    }
}
