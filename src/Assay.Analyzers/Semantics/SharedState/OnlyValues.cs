using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>The locals and parameters of one body that hold one value as long as they live, read in one pass.</summary>
internal sealed class OnlyValues
{
    private readonly Dictionary<ISymbol, IOperation?> _initial = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _reassigned = new(SymbolEqualityComparer.Default);

    public OnlyValues(IOperation root)
    {
        foreach (var operation in root.Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator:
                    _initial[declarator.Symbol] = declarator.GetVariableInitializer()?.Value;
                    break;
                case IAssignmentOperation assignment:
                    NoteTarget(assignment.Target);
                    break;
                case IIncrementOrDecrementOperation step:
                    NoteTarget(step.Target);
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref, Value: var value } when value is not IDeclarationExpressionOperation:
                    NoteTarget(value);
                    break;
            }
        }
    }

    /// <summary>The initial value of a local that nothing else assigns; null otherwise.</summary>
    public IOperation? Of(ISymbol variable) =>
        !_reassigned.Contains(variable) && _initial.TryGetValue(variable, out var value) ? value : null;

    public bool IsReassigned(ISymbol variable) => _reassigned.Contains(variable);

    private void NoteTarget(IOperation target)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                _reassigned.Add(local.Local);
                break;
            case IParameterReferenceOperation parameter:
                _reassigned.Add(parameter.Parameter);
                break;
            case ITupleOperation tuple:
                foreach (var element in tuple.Elements)
                    NoteTarget(element);
                break;
        }
    }
}
