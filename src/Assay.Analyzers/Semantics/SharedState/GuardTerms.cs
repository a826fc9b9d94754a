using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Resolves lock expressions of one type to terms; a path that may name another object later proves nothing.</summary>
/// <param name="assignedLate">The members that the type assigns outside its constructors.</param>
/// <param name="permits">The initial counts of the semaphores the type creates; null for one that differs or is not constant.</param>
internal sealed class GuardTerms(HashSet<ISymbol> assignedLate, Dictionary<ISymbol, int?> permits)
{
    private const int MostHops = 8;

    private readonly Dictionary<string, GuardTerm> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<ISymbol, string> _roots = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IOperation, OnlyValues> _values = [];

    /// <summary>The term of a lock expression; null when it is not stable or cannot be named.</summary>
    public GuardTerm? Of(IOperation target)
    {
        if (Bare(target) is ITypeOfOperation typeOf)
            return OfType(typeOf.TypeOperand);
        return PathOf(target) is { } path ? Intern(path) : null;
    }

    /// <summary>The lock of this object or of the type object, which a Synchronized method holds.</summary>
    public GuardTerm OfSynchronized(IMethodSymbol method) =>
        method.IsStatic ? OfType(method.ContainingType) : Intern(new(StablePath.This, null, method.ContainingType, true, false));

    /// <summary>The path of an expression; null when it may name another object later.</summary>
    public StablePath? PathOf(IOperation target)
    {
        var hops = "";
        ISymbol? last = null;
        var isPrivate = true;
        var type = Bare(target).Type;
        var current = Bare(target);
        for (var count = 0; count < MostHops; count++)
        {
            switch (current)
            {
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } self:
                    return new(StablePath.This + hops, last, type ?? self.Type, isPrivate, false);
                case ILocalReferenceOperation local when ValueOf(local, local.Local) is { } value && !(Bare(value) is IObjectCreationOperation or IInvocationOperation):
                    current = Bare(value);
                    continue;
                case ILocalReferenceOperation { Local.IsRef: false } local when IsOneObject(local, local.Local):
                    return new(RootOf("local", local.Local) + hops, last, type, isPrivate, ValueOf(local, local.Local) is { } made && Bare(made) is IObjectCreationOperation);
                case IParameterReferenceOperation { Parameter: var captured } when PrimaryParameters.Is(captured):
                    // Captured by the members of the object, as a field is.
                    return assignedLate.Contains(captured) ? null : new($"{StablePath.This}.{captured.ContainingType.Name}::{captured.Name}{hops}", last ?? captured, type, isPrivate, false);
                case IParameterReferenceOperation { Parameter.RefKind: RefKind.None or RefKind.In } parameter when IsOneObject(parameter, parameter.Parameter):
                    return new(RootOf("arg", parameter.Parameter) + hops, last, type, isPrivate, false);
                case IMemberReferenceOperation member when IsStable(member.Member) && current is IFieldReferenceOperation or IPropertyReferenceOperation { Arguments.Length: 0 }:
                    isPrivate &= member.Member.DeclaredAccessibility == Accessibility.Private;
                    last ??= member.Member;
                    hops = $".{member.Member.ContainingType.Name}::{member.Member.Name}{hops}";
                    if (member.Instance is null)
                        return new("static:" + hops, last, type, isPrivate, false);
                    current = Bare(member.Instance);
                    continue;
                default:
                    return null;
            }
        }
        return null;
    }

    /// <summary>The same lock seen from another root: <c>other._gate</c> is <c>_gate</c> for the members of other.</summary>
    public GuardTerm Rebase(GuardTerm term, string from, string to)
    {
        var path = to + term.Path.Substring(from.Length);
        if (!_terms.TryGetValue(path, out var rebased))
            _terms[path] = rebased = new GuardTerm(path, StablePath.Written(path), term.Kind, term.Member, term.IsPlain, term.IsPrivate);
        return rebased;
    }

    /// <summary>The root of the paths that start at a parameter or local.</summary>
    public string RootOf(string kind, ISymbol symbol)
    {
        if (!_roots.TryGetValue(symbol, out var root))
            _roots[symbol] = root = $"{kind}#{_roots.Count}({symbol.Name}):";
        return root;
    }

    /// <summary>Whether the calls on this target are no lock at all: a semaphore that lets several in, or that signals.</summary>
    public bool IsNoLock(IOperation target) =>
        Bare(target) is IMemberReferenceOperation member && permits.TryGetValue(member.Member.OriginalDefinition, out var count) && count is not (1 or null);

    /// <summary>Whether a semaphore is known to let only one in; true for every other lock.</summary>
    public bool Excludes(IOperation target) =>
        Bare(target).Type is not { Name: "SemaphoreSlim" }
        || Bare(target) is IMemberReferenceOperation member && permits.TryGetValue(member.Member.OriginalDefinition, out var count) && count == 1;

    private GuardTerm OfType(ITypeSymbol type)
    {
        var path = "typeof:" + type.ToDisplayString();
        if (!_terms.TryGetValue(path, out var term))
            _terms[path] = term = new GuardTerm(path, $"typeof({type.Name})", LockKind.Monitor, null, isPlain: true, isPrivate: false);
        return term;
    }

    private GuardTerm Intern(StablePath path)
    {
        if (!_terms.TryGetValue(path.Text, out var term))
        {
            var kind = LockPrimitives.KindOf(path.Type);
            var isPlain = kind != LockKind.Disposable && LockPrimitives.IsPlainLock(path.Type);
            _terms[path.Text] = term = new GuardTerm(path.Text, StablePath.Written(path.Text), kind, path.Last, isPlain, path.IsPrivate);
        }
        return term;
    }

    private IOperation? ValueOf(IOperation use, ISymbol variable) => ValuesIn(use).Of(variable);

    private bool IsOneObject(IOperation use, ISymbol variable) => !ValuesIn(use).IsReassigned(variable);

    private OnlyValues ValuesIn(IOperation use)
    {
        var root = use.Root();
        if (!_values.TryGetValue(root, out var values))
            _values[root] = values = new OnlyValues(root);
        return values;
    }

    private bool IsStable(ISymbol member) => member switch
    {
        IFieldSymbol { IsReadOnly: true } or IFieldSymbol { IsConst: true } => true,
        // A field nobody outside can assign, and the type itself does not.
        IFieldSymbol { DeclaredAccessibility: Accessibility.Private } => !assignedLate.Contains(member.OriginalDefinition),
        // SyncRoot and its like name the same object each time.
        IPropertySymbol property => property.SetMethod is null or { IsInitOnly: true },
        _ => false,
    };

    private static IOperation Bare(IOperation operation)
    {
        while (true)
        {
            operation = operation.Unwrap();
            if (operation is not IConversionOperation { OperatorMethod: null } cast)
                return operation;
            operation = cast.Operand;
        }
    }
}
