using System.Composition;
using Assay.Analyzers.Rules.Resources;
using Assay.Analyzers.Semantics;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rules.Resources;

/// <summary>Keeps the timer in a field, which lives as long as the object that wants the ticks.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CollectedTimerFix)), Shared]
public sealed class CollectedTimerFix() : RuleFix(CollectedTimer.Descriptor)
{
    private protected override async Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not ExpressionSyntax made || made.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not (ClassDeclarationSyntax or RecordDeclarationSyntax { RawKind: (int)SyntaxKind.RecordDeclaration }) || IsRepeated(made))
            return null;
        if (site.Model.GetEnclosingSymbol(made.SpanStart, cancellationToken)?.Member() is not { } member)
            return null;
        var type = made.FirstAncestorOrSelf<TypeDeclarationSyntax>()!;
        var declared = DeclarationOf(made);
        if (declared is null && !IsDropped(made))
            return null;
        var local = declared?.Declaration.Variables[0].Identifier.ValueText ?? "timer";
        var name = member.IsStatic && type.Members.Any(m => m is FieldDeclarationSyntax f && f.Declaration.Variables[0].Identifier.Text.StartsWith("s_", StringComparison.Ordinal))
            ? Names.Unused(type, "s_" + local)
            : Names.Unused(type, "_" + local);
        var field = Field(name, member.IsStatic, CanBeReadOnly(type, member, made), site.Model.GetNullableContext(type.OpenBraceToken.SpanStart).AnnotationsEnabled());
        var fix = site.Rewrite($"Keep the timer in a field '{name}'", Written(site, type, made, declared, name, field, cancellationToken));
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    // One field cannot hold the timers of several turns.
    private static bool IsRepeated(SyntaxNode made) =>
        made.Ancestors().TakeWhile(a => a is not MemberDeclarationSyntax).Any(a => a is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax);

    private static LocalDeclarationStatementSyntax? DeclarationOf(ExpressionSyntax made) =>
        made.Parent is EqualsValueClauseSyntax { Parent.Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declared } ? declared : null;

    private static bool IsDropped(ExpressionSyntax made) => made.Parent switch
    {
        ExpressionStatementSyntax or ArrowExpressionClauseSyntax or AnonymousFunctionExpressionSyntax => true,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } => true,
        _ => false,
    };

    private static bool CanBeReadOnly(TypeDeclarationSyntax type, ISymbol member, SyntaxNode made) =>
        member is IMethodSymbol { MethodKind: MethodKind.Constructor } && type.ParameterList is null
        && type.Members.Count(m => m is ConstructorDeclarationSyntax) == 1
        && !made.Ancestors().TakeWhile(a => a is not MemberDeclarationSyntax).Any(a => a is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or IfStatementSyntax or SwitchStatementSyntax);

    private static FieldDeclarationSyntax Field(string name, bool isStatic, bool isReadOnly, bool isNullable)
    {
        var text = $"private {(isStatic ? "static " : "")}{(isReadOnly ? "readonly " : "")}global::System.Threading.Timer{(isNullable && !isReadOnly ? "?" : "")} {name};";
        var field = (FieldDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration(text)!;
        return field.ReplaceNodes(field.DescendantNodes().OfType<QualifiedNameSyntax>().Where(n => n.Parent is not QualifiedNameSyntax), (_, type) => type.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static SyntaxNode Written(FixSite site, TypeDeclarationSyntax type, ExpressionSyntax made, LocalDeclarationStatementSyntax? declared, string name, FieldDeclarationSyntax field, CancellationToken cancellationToken)
    {
        var replaced = new List<SyntaxNode> { type };
        if (declared is null)
        {
            var whole = made.Parent is AssignmentExpressionSyntax discard ? discard : made;
            return site.Root.ReplaceNodes<CompilationUnitSyntax, SyntaxNode>([type, whole], (old, now) => old == type
                ? GateField.AddTo((TypeDeclarationSyntax)now, field, type.LineEnd())
                : Assignment(name, made).WithTriviaFrom(whole));
        }
        var local = site.Model.GetDeclaredSymbol(declared.Declaration.Variables[0], cancellationToken);
        replaced.Add(declared);
        replaced.AddRange(type.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == local!.Name && site.Model.GetSymbolInfo(n, cancellationToken).Symbol.Is(local)));
        return site.Root.ReplaceNodes(replaced, (old, now) => old switch
        {
            TypeDeclarationSyntax => GateField.AddTo((TypeDeclarationSyntax)now, field, type.LineEnd()),
            LocalDeclarationStatementSyntax => SyntaxFactory.ExpressionStatement(Assignment(name, made)).WithTriviaFrom(declared).WithAdditionalAnnotations(Formatter.Annotation),
            _ => SyntaxFactory.IdentifierName(name).WithTriviaFrom(old),
        });
    }

    private static ExpressionSyntax Assignment(string name, ExpressionSyntax made) =>
        SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(name), made.WithoutTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
}
