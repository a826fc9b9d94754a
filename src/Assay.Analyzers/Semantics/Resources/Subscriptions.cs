using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Resources;

/// <summary>What one type subscribes to, and how it lets go again.</summary>
internal sealed class Subscriptions(KnownTypes types, INamedTypeSymbol type, CancellationToken cancellationToken)
{
    /// <summary>Whether the body may subscribe to an event: it adds something that could be a handler to something that binds to an event.</summary>
    public static bool MayAdd(MemberBody body, CancellationToken cancellationToken)
    {
        foreach (var node in body.Syntax.DescendantNodes(n => n is not (NameSyntax or AttributeListSyntax)))
        {
            if (node is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression, Right: not (LiteralExpressionSyntax or BinaryExpressionSyntax) } added
                && body.Model.GetSymbolInfo(added.Left, cancellationToken).Symbol is IEventSymbol)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether the handler keeps the object alive that subscribes: a method of it, or a lambda that uses it.</summary>
    public static bool HoldsThis(IOperation handler) => Target(handler) switch
    {
        IMethodReferenceOperation { Instance: IInstanceReferenceOperation } => true,
        IAnonymousFunctionOperation lambda => lambda.Body.Descendants().Any(o => o is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }),
        _ => false,
    };

    public static string? HandlerName(IOperation handler) => (Target(handler) as IMethodReferenceOperation)?.Method.Name;

    /// <summary>Whether the object whose event it is was there before the subscriber, and may be there after it.</summary>
    public bool Outlives(IOperation? source, ISymbol containing) => source?.Bare() switch
    {
        null => true,
        IMemberReferenceOperation { Member.IsStatic: true } => true,
        // `_session.Window.Closed`: what belongs to another object lives as that does.
        IMemberReferenceOperation { Instance: { } owner and not IInstanceReferenceOperation } => Outlives(owner, containing),
        IFieldReferenceOperation { Field: { } field } => field.ContainingType.OriginalDefinition.Is(type.OriginalDefinition) && IsGiven(field) && !IsEnded(field),
        IPropertyReferenceOperation { Property: { IsIndexer: false } property } => property.ContainingType.OriginalDefinition.Is(type.OriginalDefinition) && IsGiven(property) && !IsEnded(property),
        IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter } => !IsKeptAndEnded(parameter),
        _ => false,
    };

    /// <summary>Whether the type unsubscribes from an event of the name anywhere.</summary>
    public bool IsEnded(string @event)
    {
        foreach (var removed in Removals())
        {
            if (LastName(removed.Left) == @event)
                return true;
        }
        return false;
    }

    /// <summary>Where the type unsubscribes from another event than this; null when it never does.</summary>
    public (Location Place, string Event)? SiblingEnd(IEventSymbol @event)
    {
        foreach (var removed in Removals())
        {
            if (LastName(removed.Left) is { } name && name != @event.Name && removed.Right is IdentifierNameSyntax or MemberAccessExpressionSyntax && IsSibling(removed, name))
                return (removed.GetLocation(), name);
        }
        return null;
    }

    /// <summary>Where the type is disposed; null when it is not.</summary>
    public Location? End()
    {
        if (!type.IsOrInherits(types["System.IDisposable"]) && !type.IsOrInherits(types["System.IAsyncDisposable"]))
            return null;
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { Name: "Dispose" or "DisposeAsync" or "DisposeAsyncCore", IsAbstract: false, IsImplicitlyDeclared: false, Locations: { Length: > 0 } places } && places[0].IsInSource)
                return places[0];
        }
        return null;
    }

    private IEnumerable<AssignmentExpressionSyntax> Removals() =>
        Parts().SelectMany(p => p.DescendantNodes()).OfType<AssignmentExpressionSyntax>().Where(a => a.IsKind(SyntaxKind.SubtractAssignmentExpression));

    private IEnumerable<SyntaxNode> Parts()
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
            yield return reference.GetSyntax(cancellationToken);
    }

    // A field that only ever holds what the constructor was given, and no object of the type's own making.
    private bool IsGiven(ISymbol member)
    {
        var isGiven = false;
        foreach (var part in Parts())
        {
            foreach (var node in part.DescendantNodes())
            {
                var value = node switch
                {
                    AssignmentExpressionSyntax assignment when LastName(assignment.Left) == member.Name => assignment.Right,
                    VariableDeclaratorSyntax variable when variable.Identifier.ValueText == member.Name => variable.Initializer?.Value,
                    PropertyDeclarationSyntax property when property.Identifier.ValueText == member.Name => property.Initializer?.Value,
                    _ => null,
                };
                value = value?.WalkDownParentheses();
                if (value is null or LiteralExpressionSyntax)
                    continue;
                if (!IsConstructorParameter(value))
                    return false;
                isGiven = true;
            }
        }
        return isGiven;
    }

    // `bus`, `bus ?? throw …`
    private bool IsConstructorParameter(ExpressionSyntax value)
    {
        while (value is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression, Right: ThrowExpressionSyntax } checkedValue)
            value = checkedValue.Left;
        if (value is not IdentifierNameSyntax name)
            return false;
        return type.InstanceConstructors.Any(c => c.Parameters.Any(p => p.Name == name.Identifier.ValueText));
    }

    // `_source.Dispose()`: the type owns it, and both end together.
    private bool IsEnded(ISymbol member) => Parts().SelectMany(p => p.DescendantNodes()).Any(n => n switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Dispose" or "DisposeAsync" or "Close" or "CloseAsync" } access } => LastName(access.Expression) == member.Name,
        ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name.Identifier.ValueText: "Dispose" or "DisposeAsync" or "Close" or "CloseAsync" } } } access => LastName(access.Expression) == member.Name,
        _ => false,
    });

    private bool IsKeptAndEnded(IParameterSymbol parameter)
    {
        if (IsEnded(parameter))
            return true;
        foreach (var part in Parts())
        {
            foreach (var node in part.DescendantNodes())
            {
                if (node is AssignmentExpressionSyntax { Right: IdentifierNameSyntax given } kept && given.Identifier.ValueText == parameter.Name
                    && LastName(kept.Left) is { } name && type.GetMembers(name).FirstOrDefault() is { } member && IsEnded(member))
                {
                    return true;
                }
            }
        }
        return false;
    }

    // An event of another object that the type subscribes to as well; its own, it only passes on.
    private bool IsSibling(AssignmentExpressionSyntax removed, string name) =>
        types.Compilation.ContainsSyntaxTree(removed.SyntaxTree)
        && types.Compilation.GetSemanticModel(removed.SyntaxTree).GetSymbolInfo(removed.Left, cancellationToken).Symbol is IEventSymbol { ContainingType: { } owner } && !owner.Is(type)
        && Parts().SelectMany(p => p.DescendantNodes()).Any(n => n is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression } added && LastName(added.Left) == name);

    private static IOperation? Target(IOperation handler) => handler.Bare() is IDelegateCreationOperation { Target: { } target }
        ? target is IDelegateCreationOperation inner ? inner.Target : target
        : null;

    private static string? LastName(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        ConditionalAccessExpressionSyntax conditional => LastName(conditional.WhenNotNull),
        PostfixUnaryExpressionSyntax forgiven => LastName(forgiven.Operand),
        ParenthesizedExpressionSyntax parenthesized => LastName(parenthesized.Expression),
        _ => null,
    };
}
