using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// Puts a cache of Assay.Reference, which loads once for each key, in place of a private dictionary that one method asks, fills after
/// an await, and reads. The load gets a token that ends when nobody waits for it any more.
/// </summary>
internal sealed class KeyedLoad
{
    private readonly FixSite _site;
    private readonly MethodDeclarationSyntax _method;
    private readonly IFieldSymbol _map;
    private readonly CancellationToken _cancellationToken;

    private KeyedLoad(FixSite site, MethodDeclarationSyntax method, IFieldSymbol map, CancellationToken cancellationToken)
    {
        _site = site;
        _method = method;
        _map = map;
        _cancellationToken = cancellationToken;
    }

    public static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        var target = ReferenceTarget.LruTtlCache;
        if (site.Model.Compilation.GetTypeByMetadataName(target.Type) is null || site.Node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not MethodDeclarationSyntax { Body: { } body, Parent: ClassDeclarationSyntax home } method)
            return null;
        if (MapOf(site.Node) is not { } owner || site.Model.GetSymbolInfo(owner, cancellationToken).Symbol is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private, Type: INamedTypeSymbol { Name: "Dictionary" or "ConcurrentDictionary", TypeArguments.Length: 2 } } map)
            return null;
        if (map.ContainingType.DeclaringSyntaxReferences.Length != 1 || map.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken).Parent?.Parent is not FieldDeclarationSyntax { Declaration.Variables: { Count: 1 } variables } declared || !IsEmpty(variables[0]))
            return null;
        var load = new KeyedLoad(site, method, map, cancellationToken);
        if (!load.IsUsedHereAlone(home, declared) || load.Read(body) is not var (key, value) || !load.CanOutliveCaller(value, key))
            return null;
        var root = site.Root.ReplaceNodes<CompilationUnitSyntax, SyntaxNode>([declared, method], (before, _) => before == declared ? load.Cache(declared, target) : load.Asked(body, key, value));
        return site.Rewrite("Load once for each key, in an LruTtlCache", root);
    }

    private static ExpressionSyntax? MapOf(SyntaxNode act) => act switch
    {
        AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax entry } => entry.Expression,
        ElementAccessExpressionSyntax entry => entry.Expression,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
        _ => null,
    };

    // A comparer, a capacity or entries of its own would be lost.
    private static bool IsEmpty(VariableDeclaratorSyntax variable) => variable.Initializer?.Value switch
    {
        BaseObjectCreationExpressionSyntax { Initializer: null } creation => creation.ArgumentList is null or { Arguments.Count: 0 },
        CollectionExpressionSyntax { Elements.Count: 0 } => true,
        _ => false,
    };

    private bool IsUsedHereAlone(TypeDeclarationSyntax home, FieldDeclarationSyntax declared) =>
        !home.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == _map.Name && !_method.Span.Contains(n.Span) && !declared.Span.Contains(n.Span));

    // The key and what is awaited for it, when the method does nothing else.
    private (ExpressionSyntax Key, AwaitExpressionSyntax Value)? Read(BlockSyntax body)
    {
        var statements = body.Statements;
        if (statements.Count == 0 || statements[0] is not IfStatementSyntax { Else: null } check || AskedKey(check.Condition) is not { } key || Statements.HasComment(check))
            return null;
        var isAbsent = check.Condition is PrefixUnaryExpressionSyntax;
        var rest = statements.Skip(1).ToList();
        var steps = isAbsent ? (check.Statement is BlockSyntax block ? [.. block.Statements] : [check.Statement]) : rest;
        if (!isAbsent && Statements.Only(check.Statement) is not ReturnStatementSyntax || isAbsent && (rest.Count != 1 || rest[0] is not ReturnStatementSyntax))
            return null;
        if (!body.DescendantNodes().OfType<ReturnStatementSyntax>().All(r => r.Expression is IdentifierNameSyntax || r.Expression is ElementAccessExpressionSyntax entry && IsMap(entry.Expression)))
            return null;
        if (!isAbsent && steps[steps.Count - 1] is ReturnStatementSyntax)
            steps.RemoveAt(steps.Count - 1);
        var awaits = steps.SelectMany(s => s.DescendantNodesAndSelf()).OfType<AwaitExpressionSyntax>().ToList();
        return awaits.Count == 1 && steps.Count is 1 or 2 && steps.TrueForAll(s => IsStep(s, key, awaits[0])) ? (key, awaits[0]) : null;
    }

    // map.ContainsKey(key), map.TryGetValue(key, out var found), with or without a not before it
    private ExpressionSyntax? AskedKey(ExpressionSyntax condition)
    {
        var asked = condition is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } negation ? negation.Operand : condition;
        return asked is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ContainsKey" or "TryGetValue" } access, ArgumentList.Arguments: { Count: > 0 } arguments }
            && IsMap(access.Expression) && arguments[0].Expression is IdentifierNameSyntax key && _site.Model.GetSymbolInfo(key, _cancellationToken).Symbol is IParameterSymbol ? key : null;
    }

    private bool IsMap(ExpressionSyntax expression) => _site.Model.GetSymbolInfo(expression, _cancellationToken).Symbol.Is(_map);

    // var value = await …;   value = await …;   map[key] = value;   map.Add(key, value);
    private bool IsStep(StatementSyntax step, ExpressionSyntax key, AwaitExpressionSyntax value) => step switch
    {
        LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0, Declaration.Variables: { Count: 1 } variables } => variables[0].Initializer?.Value == value,
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } keys } entry } stored } =>
            IsMap(entry.Expression) && keys[0].Expression.IsEquivalentTo(key) && (stored.Right == value || stored.Right is IdentifierNameSyntax),
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax, Right: var right } } => right == value,
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" or "TryAdd" } access, ArgumentList.Arguments: { Count: 2 } arguments } } =>
            IsMap(access.Expression) && arguments[0].Expression.IsEquivalentTo(key) && (arguments[1].Expression == value || arguments[1].Expression is IdentifierNameSyntax),
        _ => false,
    };

    // The load goes on for others when the call that began it has gone, and its objects with it.
    private bool CanOutliveCaller(AwaitExpressionSyntax value, ExpressionSyntax key)
    {
        foreach (var name in value.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            var isKept = name.IsEquivalentTo(key) || _site.Model.GetSymbolInfo(name, _cancellationToken).Symbol switch
            {
                IParameterSymbol { RefKind: RefKind.None, Type: var type } => type.IsValueType || type.SpecialType == SpecialType.System_String,
                ILocalSymbol => false,
                _ => true,
            };
            if (!isKept)
                return false;
        }
        return true;
    }

    private FieldDeclarationSyntax Cache(FieldDeclarationSyntax declared, ReferenceTarget target)
    {
        var arguments = string.Join(", ", _map.Type is INamedTypeSymbol { TypeArguments: var types } ? types.Select(t => t.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier))) : []);
        var type = SyntaxFactory.ParseTypeName($"global::{target.Type.Substring(0, target.Type.IndexOf('`'))}<{arguments}>");
        var version = ((CSharpParseOptions)_site.Root.SyntaxTree.Options).LanguageVersion;
        var creation = SyntaxFactory.ParseExpression(version >= LanguageVersion.CSharp9 ? "new(capacity: 1024)" : $"new {type}(capacity: 1024)");
        creation = creation.ReplaceNodes(creation.DescendantNodes().OfType<QualifiedNameSyntax>().Where(n => n.Parent is not QualifiedNameSyntax), (_, now) => Simplified(now));
        var variable = declared.Declaration.Variables[0].WithInitializer(SyntaxFactory.EqualsValueClause(creation));
        return declared.WithDeclaration(declared.Declaration.WithType(Simplified(type).WithTriviaFrom(declared.Declaration.Type)).WithVariables([variable])).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static T Simplified<T>(T type) where T : SyntaxNode => type.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);

    // return await map.GetOrAddAsync(id, async (key, token) => await …, cancellationToken);
    private MethodDeclarationSyntax Asked(BlockSyntax body, ExpressionSyntax key, AwaitExpressionSyntax value)
    {
        var (item, token) = (Names.Unused(_method, "key", "item"), Names.Unused(_method, "token", "stop"));
        var tokens = _method.ParameterList.Parameters.Where(p => p.Type is not null && _site.Model.GetTypeInfo(p.Type, _cancellationToken).Type is { Name: "CancellationToken" }).ToList();
        var caller = tokens.Count == 1 ? tokens[0].Identifier.Text : null;
        var isUsed = caller is not null && MovableValue.Mentions(value, caller);
        var load = value.ReplaceNodes(value.DescendantNodes().OfType<IdentifierNameSyntax>(), (before, now) =>
            before.IsEquivalentTo(key) && before.Parent is not NameColonSyntax ? SyntaxFactory.IdentifierName(item).WithTriviaFrom(now)
            : before.Identifier.ValueText == caller && before.Parent is not NameColonSyntax ? SyntaxFactory.IdentifierName(token).WithTriviaFrom(now) : now).WithoutTrivia();
        var last = caller is null ? "" : $", {caller}";
        var call = (ExpressionSyntax)SyntaxFactory.ParseExpression($"{_map.Name}.GetOrAddAsync({key.WithoutTrivia()}, async ({item}, {(isUsed ? token : "_")}) => {load}{last})");
        var asked = SyntaxFactory.AwaitExpression(ConfigureAwaitStyle.InStyleOf(call, value).WithLeadingTrivia(SyntaxFactory.Space));
        var returned = SyntaxFactory.ReturnStatement(asked.WithLeadingTrivia(SyntaxFactory.Space)).WithLeadingTrivia(body.Statements[0].GetLeadingTrivia()).WithTrailingTrivia(body.Statements.Last().GetTrailingTrivia());
        return _method.WithBody(body.WithStatements([returned.WithAdditionalAnnotations(Formatter.Annotation)]));
    }
}
