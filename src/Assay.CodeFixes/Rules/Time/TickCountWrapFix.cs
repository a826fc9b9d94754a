using System.Composition;
using Assay.Analyzers.Rules.Time;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Time;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Time;

/// <summary>Reads the 64-bit count in the whole function, and makes the variables that hold it as wide.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TickCountWrapFix)), Shared]
public sealed class TickCountWrapFix() : RuleFix(TickCountWrap.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        var types = KnownTypes.Of(site.Model.Compilation);
        if (types["System.Environment"]?.GetMembers("TickCount64").IsEmpty != false)
            return null;
        // One function reads one count: half of the readings in each would be worse than before.
        if (site.Node.FirstAncestorOrSelf<MemberDeclarationSyntax>(m => m is not GlobalStatementSyntax) is not { } member)
            return null;
        if (HoldsInMember(site, types, cancellationToken))
            return null;
        var edits = new Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>>();
        foreach (var node in member.DescendantNodes())
        {
            if (node is IdentifierNameSyntax { Identifier.ValueText: "TickCount" } name && IsReading(name, site.Model, types, cancellationToken))
                edits[name] = current => SyntaxFactory.IdentifierName("TickCount64").WithTriviaFrom(current);
            else if (node is VariableDeclarationSyntax { Type: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.IntKeyword } type } declaration && Holds(declaration, site.Model, types, cancellationToken))
                edits[type] = current => SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.LongKeyword)).WithTriviaFrom(current);
        }
        var root = site.Root.ReplaceNodes(edits.Keys, (original, current) => edits[original](current));
        var fix = site.Rewrite("Use TickCount64", root);
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    private static bool IsReading(SyntaxNode name, SemanticModel model, KnownTypes types, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(name, cancellationToken).Symbol is IPropertySymbol property && property.ContainingType.Is(types["System.Environment"]);

    // The count in a field is read by other functions, too.
    private static bool HoldsInMember(FixSite site, KnownTypes types, CancellationToken cancellationToken) =>
        site.Node.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Any(n => site.Model.GetSymbolInfo(n, cancellationToken).Symbol is IFieldSymbol { IsConst: false } or IPropertySymbol { IsStatic: false, Type.SpecialType: SpecialType.System_Int32 });

    private static bool Holds(VariableDeclarationSyntax declaration, SemanticModel model, KnownTypes types, CancellationToken cancellationToken) =>
        declaration.Variables.All(v => v.Initializer is { Value: var value } && model.OperationOf(value, cancellationToken) is { } operation && TickPoints.IsPoint(operation, types));
}
