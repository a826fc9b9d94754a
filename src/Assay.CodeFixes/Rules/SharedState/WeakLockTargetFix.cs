using System.Composition;
using Assay.Analyzers.Rules.SharedState;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Locks;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rules.SharedState;

/// <summary>Gives a type a private gate and locks that, or makes the locked field readonly.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WeakLockTargetFix)), Shared]
public sealed class WeakLockTargetFix() : RuleFix(WeakLockTarget.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not ExpressionSyntax target || !site.Properties.TryGetValue(LockWeakness.KindKey, out var kind) || kind is null)
            return null;
        if (kind == LockWeakness.Writable)
            return FrozenField.Propose(site, target, cancellationToken);
        if (kind == LockWeakness.CreatingMember)
            return KeptObject(site, target, cancellationToken);
        return await GateAsync(site, target, kind, cancellationToken).ConfigureAwait(false);
    }

    // object Gate => new object();  becomes  object Gate { get; } = new object();
    private static Fix? KeptObject(FixSite site, ExpressionSyntax target, CancellationToken cancellationToken)
    {
        if (site.Model.GetSymbolInfo(target, cancellationToken).Symbol is not IPropertySymbol { ContainingType.TypeKind: TypeKind.Class } property)
            return null;
        if (property.DeclaringSyntaxReferences.Length != 1 || property.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is not PropertyDeclarationSyntax declared)
            return null;
        if (declared.SyntaxTree != site.Root.SyntaxTree || declared.ExpressionBody is not { Expression: BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 } } creation } || property.ContainingType.IsRecord)
            return null;
        var getter = SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken));
        var kept = declared
            .WithIdentifier(declared.Identifier.WithTrailingTrivia(SyntaxFactory.Space))
            .WithExpressionBody(null)
            .WithAccessorList(SyntaxFactory.AccessorList([getter]))
            .WithInitializer(SyntaxFactory.EqualsValueClause(creation))
            .WithAdditionalAnnotations(Formatter.Annotation);
        return site.Replace("Create the locked object once", declared, kept);
    }

    private static async Task<Fix?> GateAsync(FixSite site, ExpressionSyntax target, string kind, CancellationToken cancellationToken)
    {
        if (LockTerm.Of(kind, target, site.Model, cancellationToken) is not { } term)
            return null;
        var declaration = GateField.HomeIn(term.Owner, cancellationToken);
        if (declaration is null || GateField.NameFor(term.Owner, term.IsStatic, cancellationToken) is not { } name)
            return null;
        if (kind is LockWeakness.This or LockWeakness.TypeOf && HasSynchronizedMethod(term.Owner))
            return null;
        if (await WeakLockUses.FindAsync(site, term, declaration, cancellationToken).ConfigureAwait(false) is not { } uses)
            return null;
        StatementSyntax? superfluous = null;
        if (kind == LockWeakness.OwnLocal && !TryFindLocal(site, target, uses, out superfluous, cancellationToken))
            return null;
        var isLock = CanBeLock(site, term, uses);
        var version = ((CSharpParseOptions)site.Root.SyntaxTree.Options).LanguageVersion;
        return new("Lock a private object", Rewrite(site.Solution));

        Solution Rewrite(Solution solution)
        {
            foreach (var document in uses.ByDocument)
            {
                var (root, targets) = document.Value;
                IEnumerable<SyntaxNode> nodes = targets;
                if (root.Contains(declaration))
                    nodes = nodes.Append(declaration);
                if (superfluous is not null && root.Contains(superfluous))
                    nodes = nodes.Append(superfluous);
                var gone = new SyntaxAnnotation();
                var changed = root.ReplaceNodes(nodes, (before, now) => now switch
                {
                    TypeDeclarationSyntax type when before == declaration => GateField.AddTo(type, name, term.IsStatic, isLock, version, declaration.LineEnd()),
                    StatementSyntax statement => statement.WithAdditionalAnnotations(gone),
                    _ => Renamed((ExpressionSyntax)before, name),
                });
                if (changed.GetAnnotatedNodes(gone).FirstOrDefault() is { } local)
                    changed = changed.RemoveNode(local, SyntaxRemoveOptions.KeepUnbalancedDirectives | (HasComment(local) ? SyntaxRemoveOptions.KeepExteriorTrivia : SyntaxRemoveOptions.KeepNoTrivia))!;
                solution = solution.WithDocumentSyntaxRoot(document.Key, changed);
            }
            return solution;
        }
    }

    // `other._items` becomes `other._gate`; everything else is the gate of this object or of the type.
    private static ExpressionSyntax Renamed(ExpressionSyntax target, string name)
    {
        var gate = SyntaxFactory.IdentifierName(name);
        return target is MemberAccessExpressionSyntax { Expression: not PredefinedTypeSyntax } access
            ? access.WithName(gate.WithTriviaFrom(access.Name))
            : gate.WithTriviaFrom(target);
    }

    private static bool HasComment(SyntaxNode node) =>
        node.GetLeadingTrivia().Concat(node.GetTrailingTrivia()).Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia));

    // A Lock knows no Monitor calls, lock statements over it hold no yield, and no serializer takes it along.
    private static bool CanBeLock(FixSite site, LockTerm term, WeakLockUses uses) =>
        !uses.HasMonitorCalls
        && !uses.HasYield
        && ((CSharpParseOptions)site.Root.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp13
        && site.Model.Compilation.GetTypeByMetadataName("System.Threading.Lock") is not null
        && !term.Owner.IsSerializable;

    private static bool HasSynchronizedMethod(INamedTypeSymbol type) =>
        type.GetMembers().Any(m => m is IMethodSymbol method && (method.MethodImplementationFlags & System.Reflection.MethodImplAttributes.Synchronized) != 0);

    // The local goes away, so it must be nothing but the lock, and declared in a statement of its own.
    private static bool TryFindLocal(FixSite site, ExpressionSyntax target, WeakLockUses uses, out StatementSyntax? statement, CancellationToken cancellationToken)
    {
        statement = null;
        var local = site.Model.GetSymbolInfo(target, cancellationToken).Symbol;
        var declarator = local?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken);
        if (declarator?.Parent?.Parent is not LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declared)
            return false;
        statement = declared;
        var function = declared.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        var mentions = function?.DescendantNodes().Count(n => n is IdentifierNameSyntax name && site.Model.GetSymbolInfo(name, cancellationToken).Symbol.Is(local)) ?? -1;
        return mentions == uses.Count;
    }
}
