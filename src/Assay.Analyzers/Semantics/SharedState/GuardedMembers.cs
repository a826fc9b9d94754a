using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>A use of a member of another type whose author has named its lock.</summary>
/// <param name="Operation">The reference or the call.</param>
/// <param name="Member">The member.</param>
/// <param name="Attribute">The attribute that names the lock.</param>
/// <param name="Use">What is done, for messages.</param>
internal sealed record GuardedUse(IOperation Operation, ISymbol Member, AttributeData Attribute, string Use);

/// <summary>Finds the uses of guarded members in types that do not declare them.</summary>
internal static class GuardedMembers
{
    private const string Written = "GuardedBy(";

    private static readonly ConditionalWeakTable<Compilation, StrongBox<bool>> s_perCompilation = new();
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> s_perTree = new();

    /// <summary>Whether any file of the compilation guards a member; files that have not changed are not searched again.</summary>
    public static bool AreIn(Compilation compilation, CancellationToken cancellationToken) =>
        s_perCompilation.GetValue(compilation, c => new(c.SyntaxTrees.Any(t => s_perTree.GetValue(t, u => new(Has(u.GetText(cancellationToken)))).Value))).Value;

    /// <summary>The use of a guarded member of a type that is not the given one; null for all else.</summary>
    public static GuardedUse? Of(IOperation operation, INamedTypeSymbol type)
    {
        var member = operation switch
        {
            IFieldReferenceOperation field => field.Field,
            IPropertyReferenceOperation property => property.Property,
            IInvocationOperation call => call.TargetMethod,
            _ => (ISymbol?)null,
        };
        if (member?.OriginalDefinition is not { DeclaredAccessibility: not Accessibility.Private, DeclaringSyntaxReferences.Length: > 0 } declared || IsWithin(declared, type))
            return null;
        if (GuardAttributes.Of(declared) is not { } attribute)
            return null;
        return UseOf(operation) is { } use ? new(operation, declared, attribute, use) : null;
    }

    /// <summary>Whether the guard of the used object is held; true also where it cannot be told.</summary>
    public static bool MayHold(GuardedUse use, HeldSet held, GuardTerms terms)
    {
        if (held.IsUncertain)
            return true;
        var instance = (use.Operation as IMemberReferenceOperation)?.Instance;
        // An object that is being made is nobody else's yet.
        if (instance is IInstanceReferenceOperation { ReferenceKind: not InstanceReferenceKind.ContainingTypeInstance })
            return true;
        var root = use.Member.IsStatic ? "static:" : instance is null || terms.PathOf(instance) is not { } path ? null : path.IsFresh ? "" : path.Text;
        if (root is null)
            return !held.Must.IsEmpty;
        if (root.Length == 0)
            return true;
        var guard = "::" + GuardAttributes.GuardOf(use.Attribute);
        foreach (var term in held.Must)
        {
            if (StablePath.IsWithin(term.Path, root) && term.Path.EndsWith(guard, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static string? UseOf(IOperation operation)
    {
        if (operation is IInvocationOperation)
            return "called";
        if (operation.Type is not { } type || AccessShapes.Of(operation, type) is not { } kind)
            return null;
        return kind is AccessKind.Read or AccessKind.ContainerRead ? "read" : "written";
    }

    private static bool IsWithin(ISymbol member, INamedTypeSymbol type)
    {
        for (var container = member.ContainingType; container is not null; container = container.ContainingType)
        {
            if (container.OriginalDefinition.Is(type))
                return true;
        }
        return false;
    }

    private static bool Has(SourceText text)
    {
        const int size = 4096;
        var buffer = new char[size + Written.Length];
        for (var start = 0; start < text.Length; start += size)
        {
            var length = Math.Min(buffer.Length, text.Length - start);
            text.CopyTo(start, buffer, 0, length);
            if (buffer.AsSpan(0, length).IndexOf(Written.AsSpan()) >= 0)
                return true;
        }
        return false;
    }
}
