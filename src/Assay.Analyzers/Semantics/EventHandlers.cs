using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Tells event handlers from other methods: by their signature, and by what subscribes them anywhere in the compilation.</summary>
internal sealed class EventHandlers
{
    private readonly KnownTypes _types;
    private readonly MethodGroupUses _uses;
    private readonly Lazy<HashSet<ISymbol>> _eventTypesOfSource;

    public EventHandlers(KnownTypes types)
    {
        _types = types;
        _uses = new MethodGroupUses(types.Compilation);
        _eventTypesOfSource = new(() =>
        {
            var found = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            AddEventTypes(types.Compilation.Assembly.GlobalNamespace, found);
            return found;
        });
    }

    /// <summary>Whether the method takes <c>(object sender, SomeEventArgs e)</c>.</summary>
    public bool HasHandlerShape(IMethodSymbol method) =>
        TakesEventArgs(method) && method.Parameters[0].Type.SpecialType == SpecialType.System_Object;

    /// <summary>Whether the method is subscribed to an event, or becomes a delegate of a type that events have.</summary>
    public bool IsUsedAsHandler(IMethodSymbol method, CancellationToken cancellationToken)
    {
        foreach (var use in _uses.Of(method, cancellationToken))
        {
            if (IsHandler(use))
                return true;
        }
        return false;
    }

    /// <summary>Whether the delegate made here is subscribed to an event, or is of a type that events have.</summary>
    public bool IsHandler(IDelegateCreationOperation made)
    {
        if (made.Type is INamedTypeSymbol type && IsEventType(type))
            return true;
        return HolderOf(made) switch
        {
            IEventAssignmentOperation subscription => subscription.Adds,
            IVariableDeclaratorOperation declarator => IsSubscribedLater(declarator.Symbol, made),
            IAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } => IsSubscribedLater(local, made),
            IAssignmentOperation { Target: IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } reference } => IsSubscribedLater(reference.Member, made),
            _ => false,
        };
    }

    private bool IsEventType(INamedTypeSymbol type)
    {
        if (type.DelegateInvokeMethod is not { } invoke)
            return false;
        if (TakesEventArgs(invoke))
            return true;
        // `event Action Changed` says nothing about the other actions of the program.
        if (type is { Name: "Action", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
            return false;
        // Asked by name first: to look at the members of all types is to make them all.
        return EventTypeNames.Contain(_types.Compilation, type.Name, CancellationToken.None) && _eventTypesOfSource.Value.Contains(type.OriginalDefinition)
            || IsEventTypeOfItsLibrary(type.OriginalDefinition);
    }

    private static bool IsEventTypeOfItsLibrary(INamedTypeSymbol type)
    {
        foreach (var neighbour in type.ContainingNamespace.GetTypeMembers())
        {
            foreach (var member in neighbour.GetMembers())
            {
                if (member is IEventSymbol { Type: var eventType } && eventType.OriginalDefinition.Is(type))
                    return true;
            }
        }
        return false;
    }

    // WinRT and others have event arguments that do not derive from EventArgs; the name is all they share.
    private bool TakesEventArgs(IMethodSymbol method) =>
        method.Parameters.Length == 2
        && method.Parameters[1].Type is var type
        && (type.IsOrInherits(_types["System.EventArgs"]) || type.Name.EndsWith("EventArgs", StringComparison.Ordinal));

    /// <summary>What the delegate goes into, through parentheses, conversions and initialisers.</summary>
    private static IOperation? HolderOf(IDelegateCreationOperation made)
    {
        var parent = made.Parent;
        while (parent is IConversionOperation or IParenthesizedOperation or IVariableInitializerOperation)
            parent = parent.Parent;
        return parent;
    }

    private static bool IsSubscribedLater(ISymbol holder, IOperation from)
    {
        foreach (var operation in from.Root().Descendants())
        {
            if (operation is not IEventAssignmentOperation { Adds: true } subscription)
                continue;
            var handler = subscription.HandlerValue.Unwrap() switch
            {
                ILocalReferenceOperation local => local.Local,
                IMemberReferenceOperation reference => reference.Member,
                _ => (ISymbol?)null,
            };
            if (holder.Is(handler))
                return true;
        }
        return false;
    }

    private static void AddEventTypes(INamespaceOrTypeSymbol container, HashSet<ISymbol> found)
    {
        foreach (var member in container.GetMembers())
        {
            if (member is IEventSymbol @event)
                found.Add(@event.Type.OriginalDefinition);
            else if (member is INamespaceOrTypeSymbol inner)
                AddEventTypes(inner, found);
        }
    }
}
