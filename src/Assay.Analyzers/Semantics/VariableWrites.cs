using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Which locals and parameters of a function get another value after their first, and which from inside a lambda.</summary>
internal sealed class VariableWrites
{
    private readonly HashSet<ISymbol> _reassigned = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _writtenByInner = new(SymbolEqualityComparer.Default);

    private VariableWrites()
    {
    }

    public static VariableWrites In(IOperation root)
    {
        var writes = new VariableWrites();
        foreach (var operation in root.Descendants())
        {
            switch (operation)
            {
                case IAssignmentOperation assignment:
                    writes.Add(assignment.Target);
                    break;
                case IIncrementOrDecrementOperation increment:
                    writes.Add(increment.Target);
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument:
                    writes.Add(argument.Value);
                    break;
            }
        }
        return writes;
    }

    public bool IsReassigned(ISymbol variable) => _reassigned.Contains(variable);

    public bool IsWrittenByInner(ISymbol variable) => _writtenByInner.Contains(variable);

    private void Add(IOperation target)
    {
        switch (target.Unwrap())
        {
            case ILocalReferenceOperation local:
                Add(local, local.Local);
                break;
            case IParameterReferenceOperation parameter:
                Add(parameter, parameter.Parameter);
                break;
            case ITupleOperation tuple:
                foreach (var element in tuple.Elements)
                    Add(element);
                break;
        }
    }

    private void Add(IOperation reference, ISymbol variable)
    {
        _reassigned.Add(variable);
        var writer = reference.EnclosingFunction(variable.ContainingSymbol);
        if (!writer.Is(variable.ContainingSymbol))
            _writtenByInner.Add(variable);
    }
}
