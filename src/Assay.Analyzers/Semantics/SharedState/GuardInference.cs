using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Finds the lock that the accesses of a field agree on.</summary>
internal static class GuardInference
{
    /// <summary>
    /// The lock that covers a write and at least two accesses, and either 70 % of them or all writes. Null when there is none.
    /// </summary>
    public static FieldGuard? Of(ISymbol member, List<Access> accesses)
    {
        var known = accesses.FindAll(a => !a.IsConstruction);
        FieldGuard? best = null;
        foreach (var term in Terms(known, member.IsStatic))
        {
            var guarded = known.FindAll(a => a.Held.Must.Contains(term));
            var certain = known.FindAll(a => a.Held.Must.Contains(term) || !a.Held.IsUncertain);
            if (guarded.Count < 2 || !guarded.Exists(a => a.IsWrite) || best is not null && best.Guarded.Count >= guarded.Count)
                continue;
            var bare = certain.FindAll(a => a.Held.Must.IsEmpty);
            var guard = new FieldGuard(member, term, guarded, bare, certain.Count);
            if (guard.IsUsual || !certain.Exists(a => a.IsWrite && !a.Held.Must.Contains(term)))
                best = guard;
        }
        return best;
    }

    // A lock of each instance guards nothing that all instances share.
    private static HashSet<GuardTerm> Terms(List<Access> accesses, bool isStatic)
    {
        var terms = new HashSet<GuardTerm>();
        foreach (var access in accesses)
        {
            foreach (var term in access.Held.Must)
            {
                if (!isStatic || term.IsStatic)
                    terms.Add(term);
            }
        }
        return terms;
    }
}
