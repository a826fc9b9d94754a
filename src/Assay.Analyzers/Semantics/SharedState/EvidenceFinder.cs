using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Answers for the members of one type whether threads meet at them, and why. Nothing is computed before the first question.
/// </summary>
internal sealed class EvidenceFinder(KnownTypes types, IReadOnlyList<Body> bodies, CancellationToken cancellationToken)
{
    private static readonly ThreadWay[] s_outside = [ThreadWay.Outside];

    private readonly Dictionary<ISymbol, Evidence?> _found = new(SymbolEqualityComparer.Default);
    private ThreadFlows? _flows;

    /// <summary>The types the compilation knows.</summary>
    public KnownTypes Types => types;

    /// <summary>What the code becomes.</summary>
    public ProgramKind Program => Programs.KindOf(types, cancellationToken);

    /// <summary>The ways on which threads come to the code of the type.</summary>
    public ThreadFlows Flows => _flows ??= new ThreadFlows(bodies, cancellationToken);

    /// <summary>The strongest reason why two threads may use the member at once; null when none is seen.</summary>
    /// <param name="member">The field or auto-property.</param>
    /// <param name="accesses">All its accesses.</param>
    public Evidence? Of(ISymbol member, IReadOnlyList<Access> accesses)
    {
        if (!_found.TryGetValue(member, out var evidence))
            _found[member] = evidence = Find(member, accesses);
        return evidence;
    }

    /// <summary>The ways on which threads come to the access; none when it is part of construction.</summary>
    public IReadOnlyCollection<ThreadWay> WaysTo(Access access)
    {
        // Every object that anybody makes comes by here.
        if (access.Member.IsStatic && access.Function is IMethodSymbol { MethodKind: MethodKind.Constructor, DeclaredAccessibility: not Accessibility.Private })
            return s_outside;
        // Whoever copies an object says nothing of the threads that meet at it.
        if (access is { Function: IMethodSymbol { MethodKind: MethodKind.Constructor }, Operation: IMemberReferenceOperation { Instance: not (null or IInstanceReferenceOperation) } })
            return [];
        return access.IsConstruction ? [] : Flows.WaysTo(access.Operation, access.Function);
    }

    /// <summary>Whether one loop of its own, started once, is all that comes by, whatever the type is.</summary>
    public static bool IsConfined(HashSet<ThreadWay> ways)
    {
        if (ways.Count != 1)
            return false;
        var only = ways.First();
        return only.Kind == ThreadWayKind.Lifecycle || only is { Kind: ThreadWayKind.Started, MayOverlap: false };
    }

    /// <summary>
    /// Why somebody may leave an event while it is raised: its raising runs on a thread of its own, or one object serves many.
    /// Null when no reason is seen.
    /// </summary>
    public Evidence? OfEvent(IEventSymbol raised, IOperation raising, ISymbol owner)
    {
        var ways = Flows.WaysTo(raising, owner is IMethodSymbol method ? method : null);
        if (ways.Count == 0 || !raised.IsStatic && TypeSharing.DisclaimsThreads(raised.ContainingType, cancellationToken))
            return null;
        var evidence = OfThreads(new(ways), "raises") ?? TypeSharing.Of(types, raised.ContainingType, cancellationToken) ?? OfStatic(raised);
        return evidence is not null && TypeSharing.BelongsToWindow(raised.ContainingType) ? evidence with { IsStrong = false } : evidence;
    }

    /// <summary>Whether two threads can be at the two accesses at once, as far as the ways to them tell.</summary>
    public bool CanMeet(Access one, Access other)
    {
        var (first, second) = (WaysTo(one), WaysTo(other));
        return first.Count == 0 || second.Count == 0 || first.Any(a => a.MayOverlap || second.Any(b => b != a && !AreAlternatives(a, b)));
    }

    // `if (sta) Start(Work, staScheduler); else Start(Work);` starts one thread.
    private static bool AreAlternatives(ThreadWay one, ThreadWay other)
    {
        if (one.Place is not { SourceTree: { } tree } first || other.Place is not { } second || second.SourceTree != tree)
            return false;
        for (var node = tree.GetRoot().FindNode(first.SourceSpan); node is not null; node = node.Parent)
        {
            if (node is IfStatementSyntax { Else: { } alternative } branch && Splits(branch.Statement.Span, alternative.Span))
                return true;
        }
        return false;

        bool Splits(TextSpan then, TextSpan otherwise) =>
            then.Contains(first.SourceSpan) && otherwise.Contains(second.SourceSpan) || then.Contains(second.SourceSpan) && otherwise.Contains(first.SourceSpan);
    }

    private Evidence? Find(ISymbol member, IReadOnlyList<Access> accesses)
    {
        // The author says that callers have to see to it.
        if (!member.IsStatic && TypeSharing.DisclaimsThreads(member.ContainingType, cancellationToken))
            return null;
        var ways = new HashSet<ThreadWay>();
        foreach (var access in accesses)
            ways.UnionWith(WaysTo(access));
        if (ways.Count == 0 || IsConfined(ways))
            return null;
        var evidence = OfItself(member) ?? OfLocks(accesses) ?? OfThreads(ways, of: member) ?? TypeSharing.Of(types, member.ContainingType, cancellationToken)
            ?? OfStatic(member) ?? Flows.SynchronisedNeighbour(accesses);
        // Controls and view models live on the thread of their window, which marshals what others send.
        return evidence is not null && TypeSharing.BelongsToWindow(member.ContainingType) ? evidence with { IsStrong = false } : evidence;
    }

    private Evidence? OfItself(ISymbol member)
    {
        if (member is IFieldSymbol { IsVolatile: true })
            return new(EvidenceKind.Atomic, $"'{member.Name}' is volatile", null, true);
        return Flows.AtomicUseOf(member) is { } use
            ? new(EvidenceKind.Atomic, $"'{use.TargetMethod.ContainingType.Name}.{use.TargetMethod.Name}' is used for it at line {use.Syntax.GetLocation().Line()}", use.Syntax.GetLocation(), true)
            : null;
    }

    // A change under a lock of the object's own. One that callers brought along, or that belongs to another object, is theirs to take.
    private static Evidence? OfLocks(IReadOnlyList<Access> accesses)
    {
        foreach (var access in accesses)
        {
            if (access.IsConstruction || !access.IsWrite)
                continue;
            foreach (var term in access.Held.Must)
            {
                if (term.Text.IndexOf('.') >= 0 || TypeSharing.IsGivenLocks(access.Member.ContainingType))
                    continue;
                var place = access.Operation.Syntax.GetLocation();
                return new(EvidenceKind.Locked, $"it is changed under '{term.Text}' at line {place.Line()}", place, true);
            }
        }
        return null;
    }

    // A thread comes to the code of a nested type with an object that it may have made for itself: a reader for each packet.
    private static Evidence? OfThreads(HashSet<ThreadWay> ways, string verb = "uses", ISymbol? of = null)
    {
        Evidence? weak = null;
        foreach (var way in ways)
        {
            if (way is not { Kind: ThreadWayKind.Started, Place: { } place })
                continue;
            var isOwn = of is null || of.IsStatic || way.Home is null || IsOrDerives(way.Home, of.ContainingType);
            var found = new Evidence(EvidenceKind.Thread, $"{way.What} {verb} it {way.How} at line {place.Line()}", place, isOwn);
            if (isOwn)
                return found;
            weak ??= found;
        }
        return weak;
    }

    private static bool IsOrDerives(INamedTypeSymbol type, INamedTypeSymbol other)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.OriginalDefinition.Is(other.OriginalDefinition))
                return true;
        }
        return false;
    }

    // A tool is most often one thread, and so are windows.
    private Evidence? OfStatic(ISymbol member) => member.IsStatic
        ? new(EvidenceKind.Static, "every thread shares a static", null, Programs.KindOf(types, cancellationToken) is ProgramKind.Server or ProgramKind.Library)
        : null;
}
