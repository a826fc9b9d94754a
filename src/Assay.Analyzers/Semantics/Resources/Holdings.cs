using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Resources;

/// <summary>What holds an object right after it is made.</summary>
internal enum Holding
{
    /// <summary>Nothing: the value is dropped.</summary>
    Nothing,

    /// <summary>Nothing but the expression that uses it, as in <c>new X().Run()</c>.</summary>
    Expression,

    /// <summary>A local.</summary>
    Local,

    /// <summary>A <c>using</c> disposes it.</summary>
    Using,

    /// <summary>Somebody else: a field, the caller, whoever it is passed to.</summary>
    Other,
}

/// <summary>Tells what holds an object, and what a function does with a local that holds it.</summary>
internal static class Holdings
{
    /// <summary>What holds the object that the operation makes, and the local when it is one.</summary>
    public static (Holding How, ILocalSymbol? Local) Of(IOperation made)
    {
        var value = made;
        while (true)
        {
            switch (value.Parent)
            {
                case IConversionOperation or IParenthesizedOperation or ICoalesceOperation:
                case IConditionalOperation choice when choice.Condition != value:
                    value = value.Parent!;
                    continue;
                case IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation }:
                    return (Holding.Nothing, null);
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local }, Parent: IExpressionStatementOperation }:
                    return (Holding.Local, local);
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    return IsUsing(declarator) ? (Holding.Using, declarator.Symbol) : (Holding.Local, declarator.Symbol);
                case IUsingOperation:
                    return (Holding.Using, null);
                case IInvocationOperation call when call.Instance == value:
                case IMemberReferenceOperation member when member.Instance == value:
                    return (Holding.Expression, null);
                default:
                    return (Holding.Other, null);
            }
        }
    }

    private static bool IsUsing(IVariableDeclaratorOperation declarator) =>
        declarator.Parent?.Parent?.Parent is IUsingDeclarationOperation or IUsingOperation;
}

/// <summary>What a function does with a local.</summary>
internal sealed class LocalLife
{
    private readonly List<IOperation> _uses = [];
    private readonly List<IOperation> _captured = [];

    private LocalLife()
    {
    }

    /// <summary>Whether somebody disposes it, now or later.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Whether it is stored, returned or passed on.</summary>
    public bool Leaves { get; private set; }

    /// <summary>The calls and member reads on it.</summary>
    public IReadOnlyList<IOperation> Uses => _uses;

    /// <summary>Its references inside lambdas and local functions of the function that declares it.</summary>
    public IReadOnlyList<IOperation> Captured => _captured;

    public static LocalLife Of(ILocalSymbol local, IOperation near)
    {
        var life = new LocalLife();
        foreach (var operation in near.Root().Descendants())
        {
            if (operation is not ILocalReferenceOperation { IsDeclaration: false } reference || !reference.Local.Is(local))
                continue;
            if (!reference.EnclosingFunction(local.ContainingSymbol).Is(local.ContainingSymbol))
                life._captured.Add(reference);
            life.Add(reference);
        }
        return life;
    }

    private void Add(IOperation reference)
    {
        var value = reference;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        switch (value.Parent)
        {
            case IInvocationOperation call when call.Instance == value:
                AddCall(call);
                break;
            case IConditionalAccessOperation access when access.Operation == value:
                if (access.WhenNotNull is IInvocationOperation inner)
                    AddCall(inner);
                else
                    _uses.Add(access.WhenNotNull);
                break;
            case IMemberReferenceOperation member when member.Instance == value:
                _uses.Add(member);
                break;
            case IUsingOperation:
                IsDisposed = true;
                break;
            case IAssignmentOperation assignment when assignment.Target == value:
            case IBinaryOperation or IIsPatternOperation or INameOfOperation or IExpressionStatementOperation:
                break;
            default:
                Leaves = true;
                break;
        }
    }

    private void AddCall(IInvocationOperation call)
    {
        if (call.TargetMethod.Name is "Dispose" or "DisposeAsync" or "Close")
            IsDisposed = true;
        else
            _uses.Add(call);
    }
}
