using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Resources;

/// <summary>Something a cancellation source holds on to until it is disposed.</summary>
/// <param name="Parent">The token it is linked to; null for a timer.</param>
/// <param name="Delay">The delay of its timer; null for a link.</param>
internal sealed record SourceTie(IOperation? Parent, IOperation? Delay);

/// <summary>Where a token goes that is read from a source.</summary>
internal enum TokenUse
{
    /// <summary>Into work that is over when the function is.</summary>
    Stays,

    /// <summary>Into a task that the function returns without waiting for it.</summary>
    InReturnedTask,

    /// <summary>To somebody who may keep it.</summary>
    Leaves,
}

/// <summary>Tells what a CancellationTokenSource is tied to, and what becomes of its token.</summary>
internal sealed class TokenSources(KnownTypes types)
{
    private readonly INamedTypeSymbol? _source = types["System.Threading.CancellationTokenSource"];

    /// <summary>The tie of a source that the operation makes; null when it makes none, or one without ties.</summary>
    public SourceTie? TieOf(IOperation made)
    {
        switch (made)
        {
            case IObjectCreationOperation { Arguments: { IsEmpty: false } arguments } creation when creation.Type.Is(_source):
                return IsNever(arguments.At(0).Value) ? null : new SourceTie(null, arguments.At(0).Value.Bare());
            case IInvocationOperation { TargetMethod: { Name: "CreateLinkedTokenSource", ContainingType: { } type } } call when type.Is(_source):
                return Linked(call);
            default:
                return null;
        }
    }

    /// <summary>Whether the operation makes a source without ties, which may be given a timer later.</summary>
    public bool IsPlain(IOperation made) => made is IObjectCreationOperation { Arguments.IsEmpty: true } creation && creation.Type.Is(_source);

    /// <summary>The timer that <c>CancelAfter</c> gives a source; null when the use is something else.</summary>
    public static SourceTie? TimerOf(IOperation use) =>
        use is IInvocationOperation { TargetMethod.Name: "CancelAfter", Arguments: { Length: > 0 } arguments } && !IsNever(arguments.At(0).Value) ? new SourceTie(null, arguments.At(0).Value.Bare()) : null;

    /// <summary>Whether the token outlives the calls that link to it.</summary>
    public static bool IsLongLived(IOperation token) => token switch
    {
        IFieldReferenceOperation => true,
        IPropertyReferenceOperation { Property.Name: "ApplicationStopping" or "ApplicationStopped" } => true,
        IPropertyReferenceOperation { Property.IsStatic: true } => true,
        IPropertyReferenceOperation { Property.Name: "Token", Instance: IFieldReferenceOperation or IPropertyReferenceOperation } => true,
        IParameterReferenceOperation { Parameter.Name: "stoppingToken" } => true,
        _ => false,
    };

    /// <summary>Where the token goes that the operation reads.</summary>
    public TokenUse UseOf(IOperation token)
    {
        var value = token;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        switch (value.Parent)
        {
            case IMemberReferenceOperation or IInvocationOperation or IBinaryOperation or IExpressionStatementOperation:
                return TokenUse.Stays;
            case IVariableInitializerOperation:
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation }:
                return TokenUse.Stays;
            case IArgumentOperation { Parent: IInvocationOperation call }:
                return InCall(call);
            default:
                return TokenUse.Leaves;
        }
    }

    private TokenUse InCall(IInvocationOperation call)
    {
        if (call.TargetMethod.Name == "CreateLinkedTokenSource" && call.TargetMethod.ContainingType.Is(_source))
            return OfLinked(call);
        if (!types.IsAwaitable(call.Type))
            return MayKeep(call) ? TokenUse.Leaves : TokenUse.Stays;
        IOperation value = call;
        for (var parent = call.Parent; parent is not null; value = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation or IConditionalOperation or ICoalesceOperation or IArgumentOperation or IConditionalAccessOperation:
                case IInvocationOperation:
                    continue;
                // What is dropped or stored runs on after the function.
                case IExpressionStatementOperation or ISimpleAssignmentOperation { Target: not ILocalReferenceOperation }:
                    return types.IsTaskLike(call.Type) ? TokenUse.Leaves : TokenUse.Stays;
                case IReturnOperation:
                    return types.IsTaskLike(value.Type) ? TokenUse.InReturnedTask : TokenUse.Stays;
                default:
                    return TokenUse.Stays;
            }
        }
        return TokenUse.Stays;
    }

    // A token lives on in the source that is linked to it, as long as that one's token does.
    private TokenUse OfLinked(IInvocationOperation linked)
    {
        var (how, local) = Holdings.Of(linked);
        if (how is Holding.Expression or Holding.Using)
            return linked.Parent is IPropertyReferenceOperation token ? UseOf(token) : TokenUse.Stays;
        if (how != Holding.Local || local is null)
            return TokenUse.Leaves;
        var life = LocalLife.Of(local, linked);
        var use = life.Leaves || life.Captured.Count > 0 ? TokenUse.Leaves : TokenUse.Stays;
        foreach (var one in life.Uses)
        {
            if (one is IPropertyReferenceOperation { Property.Name: "Token" } token && UseOf(token) is var found && found > use)
                use = found;
        }
        return use;
    }

    // `worker.Start(source.Token)`, `WithCancellation(token)` on a query: the token goes on living there.
    private static bool MayKeep(IInvocationOperation call)
    {
        foreach (var word in new[] { "Start", "Begin", "Queue", "Enqueue", "Post", "Subscribe", "Add", "With", "Set", "Create", "Run" })
        {
            if (call.TargetMethod.Name.StartsWith(word, StringComparison.Ordinal))
                return true;
        }
        return !call.TargetMethod.ReturnsVoid && call.Type is { IsReferenceType: true, SpecialType: SpecialType.None };
    }

    // Of several parents, the one that keeps the registration longest.
    private SourceTie? Linked(IInvocationOperation call)
    {
        SourceTie? tie = null;
        foreach (var argument in call.Arguments)
        {
            foreach (var token in Elements(argument.Value.Bare()))
            {
                // No token, no registration; and code that does not compile yet says nothing.
                if (!types.IsToken(token.Type) || token is IDefaultValueOperation or IInvalidOperation or IPropertyReferenceOperation { Property: { Name: "None", IsStatic: true } })
                    continue;
                if (tie is null || !IsLongLived(tie.Parent!) && IsLongLived(token))
                    tie = new SourceTie(token, null);
            }
        }
        return tie;
    }

    private static IEnumerable<IOperation> Elements(IOperation argument) => argument switch
    {
        IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues.Select(e => e.Bare()),
        ICollectionExpressionOperation collection => collection.Elements.Select(e => e.Bare()),
        _ => [argument],
    };

    private static bool IsNever(IOperation delay) => delay.Bare() switch
    {
        { ConstantValue: { HasValue: true, Value: -1 } } => true,
        IFieldReferenceOperation { Field.Name: "InfiniteTimeSpan" } => true,
        _ => false,
    };
}
