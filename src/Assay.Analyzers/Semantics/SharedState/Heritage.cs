using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>The guard of a member that derived types can use, and lock.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="Path">The path of the lock, which is the same in a derived type.</param>
/// <param name="Text">The lock as code writes it.</param>
/// <param name="IsPlain">Whether a lock statement can take it.</param>
/// <param name="Guarded">How many accesses of the base hold it.</param>
/// <param name="Total">How many accesses the base has.</param>
/// <param name="Reader">A guarded read; null when there is none.</param>
/// <param name="Writer">A guarded write.</param>
internal sealed record HeritableGuard(ISymbol Member, string Path, string Text, bool IsPlain, int Guarded, int Total, UsePlace? Reader, UsePlace Writer);

/// <summary>Where a member is used.</summary>
internal sealed record UsePlace(Location Place, string Function);

/// <summary>A use of a member that a base class declares.</summary>
/// <param name="Member">The field or auto-property.</param>
/// <param name="IsWrite">Whether the member or its content is changed.</param>
/// <param name="Place">The reference.</param>
/// <param name="Held">The paths of the locks held there.</param>
/// <param name="IsDefect">Whether it is a defect if the member has a lock, and this use does not hold it.</param>
internal sealed record HeirUse(ISymbol Member, bool IsWrite, Location Place, IReadOnlyList<string> Held, bool IsDefect);

/// <summary>What of a type outlives its model for the types above and below: the guards it hands down, and its uses of what it was handed.</summary>
internal sealed record Heritage(IReadOnlyList<HeritableGuard> Guards, IReadOnlyList<HeirUse> Uses)
{
    public bool IsEmpty => Guards.Count == 0 && Uses.Count == 0;

    /// <summary>Whether the type inherits state from a class of the same assembly; only then its uses are worth a model.</summary>
    public static bool IsHandedTo(INamedTypeSymbol type)
    {
        for (var ancestor = type.BaseType; ancestor is not null && ancestor.ContainingAssembly.Is(type.ContainingAssembly); ancestor = ancestor.BaseType)
        {
            var (hasState, hasLock) = (false, false);
            foreach (var member in ancestor.GetMembers())
            {
                if (member is not IFieldSymbol { DeclaredAccessibility: not Accessibility.Private, IsStatic: false } field)
                    continue;
                hasLock |= field.IsReadOnly && (field.Type.SpecialType == SpecialType.System_Object || LockPrimitives.KindOf(field.Type) != LockKind.Monitor);
                hasState |= StateFields.IsState(field) && !LockPrimitives.IsSynchronizer(field.Type);
            }
            if (hasState && hasLock)
                return true;
        }
        return false;
    }

    public static Heritage Of(TypeModel model)
    {
        var guards = new List<HeritableGuard>();
        foreach (var guard in model.Guards)
        {
            if (!model.Type.IsSealed && guard is { IsUsual: true, Member: { IsStatic: false, DeclaredAccessibility: not Accessibility.Private }, Term: { IsOwn: true, IsPrivate: false } term })
                guards.Add(new(guard.Member, term.Path, term.Text, term.IsPlain, guard.Guarded.Count, guard.Total, PlaceOf(guard, isWrite: false), PlaceOf(guard, isWrite: true)!));
        }
        var uses = new List<HeirUse>();
        foreach (var access in model.Inherited)
        {
            // What its callers hold is not known; or nobody else sees the object yet.
            if (access.IsConstruction || access.Held.IsUncertain)
                continue;
            var isDefect = access.Held.Must.IsEmpty && UnguardedAccessEvidence.IsDefectOfHeir(access);
            uses.Add(new(access.Member, access.IsWrite, access.Operation.Syntax.GetLocation(), [.. access.Held.Must.Select(t => t.Path)], isDefect));
        }
        return new(guards, uses);
    }

    private static UsePlace? PlaceOf(FieldGuard guard, bool isWrite) =>
        guard.Guarded.FirstOrDefault(a => a.IsWrite == isWrite) is { } access ? new(access.Operation.Syntax.GetLocation(), AccessNames.Named(access.Function)) : null;
}
