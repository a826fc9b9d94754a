using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>A call of a synchronous member that only its own compilation can call.</summary>
internal readonly record struct SyncCall(IMethodSymbol Caller, IMethodSymbol Helper, SyntaxNode Syntax);

/// <summary>
/// Finds the code of a compilation that calls certain helpers, after the compilation has been read: first their names in the
/// text of the files, then the operations of the few bodies that mention one.
/// </summary>
internal sealed class SyncCallers(KnownTypes types, TaskCompletion completion, IReadOnlyCollection<SyntaxTree> files, CancellationToken cancellationToken)
{
    private readonly HashSet<IMethodSymbol> _followed = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<SyntaxTree, DocumentBodies> _documents = [];
    private readonly HashSet<MemberBody> _read = [];
    private readonly List<SyncCall> _calls = [];

    /// <summary>All calls found so far, those of helpers nobody asked about among them.</summary>
    public IReadOnlyList<SyncCall> Calls => _calls;

    /// <summary>Finds the calls of the helpers.</summary>
    public void Follow(IEnumerable<IMethodSymbol> helpers)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var isAnywhere = false;
        foreach (var helper in helpers)
        {
            if (!_followed.Add(helper) || !IsHelper(helper))
                continue;
            AddNames(helper, names);
            isAnywhere |= IsCalledUnnamed(helper);
        }
        if (names.Count == 0)
            return;
        var vocabulary = new Vocabulary([.. names]);
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Search(file, isAnywhere ? null : WordIndex.Make(file, vocabulary, cancellationToken));
        }
    }

    private void Search(SyntaxTree file, WordIndex? index)
    {
        if (index is { IsEmpty: true })
            return;
        if (!_documents.TryGetValue(file, out var document))
            _documents.Add(file, document = DocumentBodies.Of(types.Compilation.GetSemanticModel(file), cancellationToken));
        foreach (var body in document.Members)
        {
            if ((index is null || index.HasAny(body.Span)) && _read.Add(body))
                Read(body);
        }
    }

    private void Read(MemberBody body)
    {
        if (body.Owner(cancellationToken) is not { } owner)
            return;
        foreach (var operation in body.Operations(cancellationToken))
        {
            // An awaiter of the compilation may be waited for: that is a wait of its own.
            if (HelperOf(operation) is not { } helper || completion.UnprovenWait(operation, owner, cancellationToken) is not null)
                continue;
            // A synchronous lambda runs somewhere else, on a thread that this call says nothing about.
            if (operation.EnclosingFunction(owner) is not { } caller || caller is { MethodKind: MethodKind.AnonymousFunction, IsAsync: false })
                continue;
            if (caller.IsAsync || IsHelper(caller.OriginalDefinition))
                _calls.Add(new SyncCall(caller.OriginalDefinition, helper, operation.Syntax));
        }
    }

    // What the operation calls, if it is a synchronous member that only this compilation can call and nobody can override.
    private IMethodSymbol? HelperOf(IOperation operation)
    {
        var method = operation switch
        {
            IInvocationOperation call => call.TargetMethod,
            IObjectCreationOperation creation => creation.Constructor,
            // An assignment calls the setter, and waiting setters are rare enough to be left to the wait itself.
            IPropertyReferenceOperation { Parent: not (IAssignmentOperation or INameOfOperation) } property => property.Property.GetMethod,
            _ => null,
        };
        var helper = (method?.ReducedFrom ?? method)?.OriginalDefinition;
        return helper is not null && IsHelper(helper) ? helper : null;
    }

    // The assembly comes first: it is a field to compare, and most calls leave the compilation.
    private bool IsHelper(IMethodSymbol method) =>
        ReferenceEquals(method.ContainingAssembly, types.Compilation.Assembly)
        && !(method.IsAsync || method.IsVirtual || method.IsAbstract || method.IsOverride || method.IsImplicitlyDeclared)
        && !IsVisibleOutside(method);

    private static bool IsVisibleOutside(IMethodSymbol method)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
            return false;
        for (ISymbol symbol = method; symbol is not (null or INamespaceSymbol); symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
                return false;
        }
        return true;
    }

    private static void AddNames(IMethodSymbol helper, HashSet<string> names)
    {
        var name = helper.AssociatedSymbol?.Name ?? helper.Name;
        if (helper.MethodKind == MethodKind.Constructor)
        {
            // A derived class names its base where it begins, and not in its constructors.
            names.Add(Vocabulary.UntypedNew);
            names.Add("base");
            name = helper.ContainingType.Name;
        }
        names.Add(name.Substring(name.LastIndexOf('.') + 1));
        // Code in the middle of typing has functions without a name.
        names.Remove("");
    }

    // Indexers have no name, and initialisers, queries and interpolated strings call by names that nobody writes.
    private static bool IsCalledUnnamed(IMethodSymbol helper) =>
        helper.AssociatedSymbol is IPropertySymbol { IsIndexer: true }
        || helper.Name is "Add" or "AppendLiteral" or "AppendFormatted" or "Cast" or "Select" or "SelectMany" or "Where" or "Join" or "GroupJoin"
            or "GroupBy" or "OrderBy" or "OrderByDescending" or "ThenBy" or "ThenByDescending";
}
