using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Where a local, parameter or private field is read and what is written to it.</summary>
internal static class VariableUses
{
    /// <summary>The variable an operation refers to: a local, a parameter or a field; null for anything else.</summary>
    public static ISymbol? Variable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        _ => null,
    };

    /// <summary>A field only its own type can touch, so that all its uses can be seen there.</summary>
    public static bool IsPrivateField(ISymbol symbol) =>
        symbol is IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsConst: false, IsImplicitlyDeclared: false };

    /// <summary>
    /// All references to a local or parameter in its body, or to a private field in the parts of its type that stand in the
    /// file of <paramref name="near"/>.
    /// </summary>
    public static IEnumerable<IOperation> Of(ISymbol variable, IOperation near, CancellationToken cancellationToken) =>
        variable is IFieldSymbol field ? OfField(field, near, cancellationToken) : OfLocal(variable, near);

    /// <summary>Whether every use of the private field lies in the file of <paramref name="near"/>.</summary>
    public static bool SeesAll(IFieldSymbol field, IOperation near)
    {
        foreach (var part in field.ContainingType.DeclaringSyntaxReferences)
        {
            if (part.SyntaxTree != near.Syntax.SyntaxTree)
                return false;
        }
        return true;
    }

    /// <summary>Whether the reference is written to: assigned, passed by reference, counted up or down.</summary>
    public static bool IsWrite(IOperation reference) => reference.Parent switch
    {
        IAssignmentOperation assignment => assignment.Target == reference,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } => true,
        IIncrementOrDecrementOperation => true,
        ITupleOperation { Parent: IDeconstructionAssignmentOperation deconstruction } tuple => deconstruction.Target == tuple,
        IAddressOfOperation => true,
        _ => false,
    };

    /// <summary>What is written to the variable, the initialiser first; null for a write whose value is not to be seen.</summary>
    public static IEnumerable<IOperation?> Writes(ISymbol variable, IOperation near, CancellationToken cancellationToken)
    {
        if (Initializer(variable, near, cancellationToken) is { } initial)
            yield return initial;
        foreach (var use in Of(variable, near, cancellationToken))
        {
            if (IsWrite(use))
                yield return use.Parent is ISimpleAssignmentOperation or ICoalesceAssignmentOperation ? ((IAssignmentOperation)use.Parent).Value : null;
        }
    }

    /// <summary>The initialiser of the variable, or null when it has none.</summary>
    private static IOperation? Initializer(ISymbol variable, IOperation near, CancellationToken cancellationToken)
    {
        foreach (var declaration in variable.DeclaringSyntaxReferences)
        {
            if (declaration.SyntaxTree != near.Syntax.SyntaxTree
                || declaration.GetSyntax(cancellationToken) is not VariableDeclaratorSyntax { Initializer: { } initializer })
            {
                continue;
            }
            return near.SemanticModel?.OperationOf(initializer.Value, cancellationToken);
        }
        return null;
    }

    private static IEnumerable<IOperation> OfLocal(ISymbol variable, IOperation near)
    {
        foreach (var operation in near.Root().Descendants())
        {
            if (operation.Kind is OperationKind.LocalReference or OperationKind.ParameterReference && Variable(operation).Is(variable))
                yield return operation;
        }
    }

    private static IEnumerable<IOperation> OfField(IFieldSymbol field, IOperation near, CancellationToken cancellationToken)
    {
        if (near.SemanticModel is not { } model)
            yield break;
        foreach (var part in field.ContainingType.DeclaringSyntaxReferences)
        {
            if (part.SyntaxTree != near.Syntax.SyntaxTree)
                continue;
            foreach (var node in part.GetSyntax(cancellationToken).DescendantNodes())
            {
                if (node is not IdentifierNameSyntax name || name.Identifier.ValueText != field.Name)
                    continue;
                var access = name.Parent is MemberAccessExpressionSyntax member && member.Name == name ? member : (SyntaxNode)name;
                if (model.GetOperation(access, cancellationToken) is IFieldReferenceOperation reference && reference.Field.OriginalDefinition.Is(field.OriginalDefinition))
                    yield return reference;
            }
        }
    }
}
