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

    /// <summary>The term of a lock expression; null when it is not stable or cannot be named.</summary>
    public GuardTerm? Of(IOperation target)
    {
        var path = "";
        var text = "";
        var isPrivate = true;
        var type = Bare(target).Type;
        var current = Bare(target);
        for (var hops = 0; hops < MostHops; hops++)
        {
            switch (current)
            {
                case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } self:
                    return Intern("this:" + path, text.Length == 0 ? "this" : text, isStatic: false, type ?? self.Type, isPrivate);
                case ITypeOfOperation typeOf:
                    return path.Length > 0 ? null : Intern("typeof:" + typeOf.TypeOperand.ToDisplayString(), typeOf.Syntax.ToString(), isStatic: true, type, isPrivate: false);
                case ILocalReferenceOperation local when LocalWrites.OnlyValue(local) is { } value:
                    current = Bare(value);
                    continue;
                case IMemberReferenceOperation member when IsStable(member.Member) && current is IFieldReferenceOperation or IPropertyReferenceOperation { Arguments.Length: 0 }:
                    isPrivate &= member.Member.DeclaredAccessibility == Accessibility.Private;
                    path = $".{member.Member.ContainingType.Name}::{member.Member.Name}{path}";
                    text = text.Length == 0 ? member.Member.Name : $"{member.Member.Name}.{text}";
                    if (member.Instance is null)
                        return Intern("static:" + path, text, isStatic: true, type, isPrivate);
                    current = Bare(member.Instance);
                    continue;
                default:
                    return null;
            }
        }
        return null;
    }

    /// <summary>Whether the calls on this target are no lock at all: a semaphore that lets several in, or that signals.</summary>
    public bool IsNoLock(IOperation target) =>
        Bare(target) is IMemberReferenceOperation member && permits.TryGetValue(member.Member.OriginalDefinition, out var count) && count is not (1 or null);

    /// <summary>Whether a semaphore is known to let only one in; true for every other lock.</summary>
    public bool Excludes(IOperation target) =>
        Bare(target).Type is not { Name: "SemaphoreSlim" }
        || Bare(target) is IMemberReferenceOperation member && permits.TryGetValue(member.Member.OriginalDefinition, out var count) && count == 1;

    private GuardTerm Intern(string path, string text, bool isStatic, ITypeSymbol? type, bool isPrivate)
    {
        if (!_terms.TryGetValue(path, out var term))
            _terms[path] = term = new GuardTerm(path, text, isStatic, LockPrimitives.IsPlainLock(type), isPrivate);
        return term;
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
