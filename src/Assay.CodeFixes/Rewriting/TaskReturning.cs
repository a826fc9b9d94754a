using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// The edits that make a function an async one that returns a task and its callers await it. They are gathered first and
/// applied at once, so that other edits of the same fix can join them.
/// </summary>
internal sealed class TaskReturning(Solution solution)
{
    private readonly Dictionary<DocumentId, Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>>> _edits = [];

    /// <summary>Notes that <paramref name="node"/>, after the edits inside it, becomes what <paramref name="edit"/> makes of it.</summary>
    public void Edit(DocumentId document, SyntaxNode node, Func<SyntaxNode, SyntaxNode> edit)
    {
        if (!_edits.TryGetValue(document, out var edits))
            _edits.Add(document, edits = []);
        edits[node] = edits.TryGetValue(node, out var before) ? current => edit(before(current)) : edit;
    }

    /// <summary>
    /// Notes the edits for a method or local function; false when it cannot become one, or a caller cannot await it.
    /// </summary>
    public async Task<bool> TryAddAsync(Document document, SyntaxNode declaration, SemanticModel model, CancellationToken cancellationToken)
    {
        if (model.GetDeclaredSymbol(declaration, cancellationToken) is not IMethodSymbol method || !CanReturnTask(method, model.Compilation))
            return false;
        if (TaskOf(method, model.Compilation) is not { } task)
            return false;
        var calls = await CallsAsync(method, cancellationToken).ConfigureAwait(false);
        if (calls is null)
            return false;
        var generator = SyntaxGenerator.GetGenerator(document);
        var type = (TypeSyntax)generator.TypeExpression(task).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        Edit(document.Id, declaration, current => WithAsync(WithType(current, type)));
        foreach (var (id, call) in calls)
            Edit(id, call, current => AwaitSyntax.Await((ExpressionSyntax)current, call));
        return true;
    }

    public async Task<Solution> ApplyAsync(CancellationToken cancellationToken)
    {
        var result = solution;
        foreach (var pair in _edits)
        {
            var root = await solution.GetDocument(pair.Key)!.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            var edited = root!.ReplaceNodes(pair.Value.Keys, (original, current) => pair.Value[original](current));
            result = result.WithDocumentSyntaxRoot(pair.Key, edited);
        }
        return result;
    }

    private static bool CanReturnTask(IMethodSymbol method, Compilation compilation)
    {
        if (method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction))
            return false;
        // Other code relies on the signature: a base, an interface, overrides, implementers.
        if (method.HasGivenSignature() || method.IsVirtual || method.IsAbstract || method.IsExtern || method.ContainingType?.TypeKind == TypeKind.Interface)
            return false;
        if (method.ReturnsByRef || method.ReturnsByRefReadonly || method.ReturnType.IsRefLikeType || method.ReturnType.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            return false;
        // Sync code that returns a task hands it out; its returns would have to change.
        if (!method.IsAsync && (KnownTypes.Of(compilation).IsTaskLike(method.ReturnType) || IsSequence(method.ReturnType)))
            return false;
        return method.Parameters.All(p => p.RefKind == RefKind.None && !p.Type.IsRefLikeType);
    }

    // It may be an iterator.
    private static bool IsSequence(ITypeSymbol type) =>
        type.Name is "IEnumerable" or "IEnumerator" or "IAsyncEnumerable" or "IAsyncEnumerator";

    private static ITypeSymbol? TaskOf(IMethodSymbol method, Compilation compilation)
    {
        var types = KnownTypes.Of(compilation);
        return method.ReturnsVoid ? types.Task : types.TaskOfT?.Construct(method.ReturnType);
    }

    /// <summary>The calls of the method; null when one cannot await it, or the method is used as something else than a call.</summary>
    private async Task<List<(DocumentId, InvocationExpressionSyntax)>?> CallsAsync(IMethodSymbol method, CancellationToken cancellationToken)
    {
        var calls = new List<(DocumentId, InvocationExpressionSyntax)>();
        foreach (var referenced in await SymbolFinder.FindReferencesAsync(method, solution, cancellationToken).ConfigureAwait(false))
        {
            foreach (var location in referenced.Locations)
            {
                var root = await location.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
                var mention = root!.FindToken(location.Location.SourceSpan.Start, findInsideTrivia: true).Parent;
                if (mention is null || mention.IsPartOfStructuredTrivia() || IsInNameof(mention))
                    continue;
                if (location.Document is SourceGeneratedDocument || CallOf(mention) is not { } call || !AsyncPlace.CanAwait(call))
                    return null;
                // `x?.M()` would await null, and a call of a void method inside anything else is not understood here.
                if (method.ReturnsVoid && call.Parent is not (ExpressionStatementSyntax or ArrowExpressionClauseSyntax or AnonymousFunctionExpressionSyntax))
                    return null;
                if (call.Ancestors().TakeWhile(a => a is ExpressionSyntax).Any(a => a is ConditionalAccessExpressionSyntax))
                    return null;
                calls.Add((location.Document.Id, call));
            }
        }
        return calls;
    }

    private static InvocationExpressionSyntax? CallOf(SyntaxNode mention)
    {
        var whole = mention.Parent is MemberAccessExpressionSyntax access && access.Name == mention ? access : mention;
        return whole.Parent is InvocationExpressionSyntax call && call.Expression == whole ? call : null;
    }

    private static bool IsInNameof(SyntaxNode mention) => mention.Ancestors().TakeWhile(a => a is not StatementSyntax)
        .Any(a => a is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } });

    private static SyntaxNode WithType(SyntaxNode declaration, TypeSyntax type) => declaration switch
    {
        MethodDeclarationSyntax method => method.WithReturnType(type.WithTriviaFrom(method.ReturnType)),
        LocalFunctionStatementSyntax local => local.WithReturnType(type.WithTriviaFrom(local.ReturnType)),
        _ => declaration,
    };

    private static SyntaxNode WithAsync(SyntaxNode declaration)
    {
        var modifiers = declaration switch
        {
            MethodDeclarationSyntax method => method.Modifiers,
            LocalFunctionStatementSyntax local => local.Modifiers,
            _ => default,
        };
        if (modifiers.Any(SyntaxKind.AsyncKeyword))
            return declaration;
        return declaration switch
        {
            MethodDeclarationSyntax method when modifiers.Count == 0 => method.WithReturnType(method.ReturnType.WithoutLeadingTrivia()).AddModifiers(Async(method.ReturnType.GetLeadingTrivia())),
            LocalFunctionStatementSyntax local when modifiers.Count == 0 => local.WithReturnType(local.ReturnType.WithoutLeadingTrivia()).AddModifiers(Async(local.ReturnType.GetLeadingTrivia())),
            MethodDeclarationSyntax method => method.AddModifiers(Async(default)),
            LocalFunctionStatementSyntax local => local.AddModifiers(Async(default)),
            _ => declaration,
        };
    }

    private static SyntaxToken Async(SyntaxTriviaList leading) =>
        SyntaxFactory.Token(leading, SyntaxKind.AsyncKeyword, SyntaxFactory.TriviaList(SyntaxFactory.Space)).WithAdditionalAnnotations(Formatter.Annotation);
}
