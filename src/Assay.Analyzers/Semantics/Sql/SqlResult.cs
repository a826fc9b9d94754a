using Assay.Analyzers.Semantics.EntityFramework;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Sql;

/// <summary>The locals of a function that hold what a query gave, or what was computed from it.</summary>
internal sealed class SqlResult
{
    private readonly HashSet<ISymbol> _locals = new(SymbolEqualityComparer.Default);
    private readonly IOperation _call;

    public SqlResult(SqlRun query, IOperation function)
    {
        _call = query.Call;
        // A chain of three locals is as long as such chains are: reader, value, new value.
        for (var round = 0; round < 3; round++)
            Collect(function);
    }

    /// <summary>Whether the value hangs on the result.</summary>
    public bool Feeds(IOperation value)
    {
        foreach (var part in value.DescendantsAndSelf())
        {
            if (part == _call || part is ILocalReferenceOperation local && _locals.Contains(local.Local))
                return true;
        }
        return false;
    }

    /// <summary>Whether the value is the result itself or a member of it, and no more.</summary>
    public bool Is(IOperation value)
    {
        value = EntityQuery.Awaited(value);
        return value == _call || value is ILocalReferenceOperation local && _locals.Contains(local.Local)
            || value is IMemberReferenceOperation { Instance: { } instance } && Is(instance)
            || value is IInvocationOperation { Instance: { } reader } call && call.TargetMethod.Name.StartsWith("Get", StringComparison.Ordinal) && Is(reader)
            || value is IInvocationOperation { TargetMethod: { ContainingType.Name: "Convert", Parameters.Length: 1 } } converted && Is(converted.Arguments.At(0).Value);
    }

    private void Collect(IOperation function)
    {
        foreach (var operation in FunctionScope.Own(function))
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initializer && Feeds(initializer.Value):
                    _locals.Add(declarator.Symbol);
                    break;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when Feeds(assignment.Value):
                    _locals.Add(target.Local);
                    break;
                case IDeconstructionAssignmentOperation deconstruction when Feeds(deconstruction.Value):
                    foreach (var part in deconstruction.Target.DescendantsAndSelf())
                    {
                        if (part is ILocalReferenceOperation local)
                            _locals.Add(local.Local);
                    }
                    break;
                case IIsPatternOperation matched when Feeds(matched.Value):
                    foreach (var part in matched.Pattern.DescendantsAndSelf())
                    {
                        if ((part as IDeclarationPatternOperation)?.DeclaredSymbol is { } declared)
                            _locals.Add(declared);
                        if ((part as IRecursivePatternOperation)?.DeclaredSymbol is { } named)
                            _locals.Add(named);
                    }
                    break;
                case IForEachLoopOperation each when Feeds(each.Collection):
                    foreach (var element in each.Locals)
                        _locals.Add(element);
                    break;
            }
        }
    }
}
