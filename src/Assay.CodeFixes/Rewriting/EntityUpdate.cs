using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Assay.CodeFixes.Rewriting;

/// <summary>An entity that is loaded, checked, changed and saved in statements behind one another, as one <c>ExecuteUpdate</c>.</summary>
internal sealed class EntityUpdate
{
    private readonly EntityTerms _terms;
    private readonly InvocationExpressionSyntax _query;
    private readonly LambdaExpressionSyntax _predicate;
    private readonly string _entity;
    private readonly List<string> _setters = [];
    private readonly List<string> _conditions = [];
    private IfStatementSyntax? _guard;

    private EntityUpdate(LocalDeclarationStatementSyntax load, string entity, InvocationExpressionSyntax query, LambdaExpressionSyntax predicate, string parameter, SemanticModel model)
    {
        Load = load;
        Save = load;
        _entity = entity;
        _query = query;
        _predicate = predicate;
        _terms = new EntityTerms(entity, parameter, model);
    }

    public StatementSyntax Load { get; }

    public StatementSyntax Save { get; private set; }

    /// <summary>The statements around the write, when they can be one; null otherwise.</summary>
    public static EntityUpdate? Of(BlockSyntax block, ExpressionStatementSyntax write, SemanticModel model, CancellationToken cancellationToken)
    {
        if (ChangedName(write.Expression) is not { } entity)
            return null;
        var at = block.Statements.IndexOf(write);
        while (at > 0 && LoadOf(block.Statements[at], entity) is null)
            at--;
        if (block.Statements[at] is not LocalDeclarationStatementSyntax load || LoadOf(load, entity) is not { } query || (PredicateOf(query) ?? KeyLookup.Of(query, entity, model, cancellationToken)) is not var (predicate, parameter))
            return null;
        var update = new EntityUpdate(load, entity, query, predicate, parameter, model);
        return update.Reads(block.Statements.Skip(at + 1)) && update.IsAlone(block, model, cancellationToken) ? update : null;
    }

    /// <summary>The call: <c>await set.Where(…).ExecuteUpdateAsync(…)</c>, each step on its own line.</summary>
    public string CallText(string indent)
    {
        var set = ((MemberAccessExpressionSyntax)_query.Expression).Expression.WithoutTrivia().ToString();
        var isAsync = SaveCall(Save) is { } save && save.Expression.ToString().EndsWith("Async", StringComparison.Ordinal);
        var token = SaveCall(Save)!.ArgumentList.Arguments.Count == 1 ? ", " + SaveCall(Save)!.ArgumentList.Arguments[0] : "";
        var condition = string.Join(" && ", new[] { Grouped(_predicate.ExpressionBody!) }.Concat(_conditions));
        var setters = Names.Unused(_query, "s", "setters");
        var tail = Save.ToString().Contains(".ConfigureAwait(false)") ? $"{Line(indent)}.ConfigureAwait(false)" : "";
        return $"{(isAsync ? "await " : "")}{set}{Line(indent)}.Where({_terms.Parameter} => {condition}){Line(indent)}"
            + $".{(isAsync ? "ExecuteUpdateAsync" : "ExecuteUpdate")}({setters} => {setters}{string.Concat(_setters)}{token}){tail}";
    }

    /// <summary>What happens when no row was changed: what the code did when its check failed, or what the load did when there was none.</summary>
    public StatementSyntax Exit(string affected, string indent)
    {
        var condition = SyntaxFactory.ParseExpression($"{affected} == 0");
        if (_guard is not null)
            return _guard.WithCondition(condition);
        var thrown = SyntaxFactory.ParseStatement($"if ({affected} == 0){Line(indent + "    ")}throw new InvalidOperationException(\"The row does not exist\");");
        return thrown.WithLeadingTrivia(SyntaxFactory.Whitespace(indent));
    }

    private string Line(string indent) => (Load.SyntaxTree.GetText().Lines[0] is var first && first.EndIncludingLineBreak - first.End == 2 ? "\r\n" : "\n") + indent;

    private static string Grouped(ExpressionSyntax condition) =>
        condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression or (int)SyntaxKind.CoalesceExpression } or ConditionalExpressionSyntax ? $"({condition})" : condition.ToString();

    // Guard, writes and save in this order, and nothing else.
    private bool Reads(IEnumerable<StatementSyntax> statements)
    {
        foreach (var statement in statements)
        {
            if (SaveCall(statement) is not null)
            {
                Save = statement;
                return _setters.Count > 0 && (_guard is not null || !MayBeNull) && !statement.GetLeadingTrivia().ToString().Contains("//");
            }
            if (Statements.HasComment(statement))
                return false;
            var isRead = statement switch
            {
                IfStatementSyntax { Else: null } guard when _guard is null && _setters.Count == 0 && MayBeNull => ReadGuard(guard),
                ExpressionStatementSyntax { Expression: var change } => ReadChange(change),
                _ => false,
            };
            if (!isRead)
                return false;
        }
        return false;
    }

    // `FirstOrDefault` and `Find` may find none, which the guard must treat as a failed check; `First` throws.
    private bool MayBeNull => ((MemberAccessExpressionSyntax)_query.Expression).Name.Identifier.ValueText is var name && (name.Contains("OrDefault") || name.StartsWith("Find", StringComparison.Ordinal));

    private bool ReadGuard(IfStatementSyntax guard)
    {
        if (Statements.Only(guard.Statement) is not (ReturnStatementSyntax or ThrowStatementSyntax) || Mentions(guard.Statement))
            return false;
        var parts = new List<ExpressionSyntax>();
        Split(guard.Condition, parts);
        if (!IsNullTest(parts[0]))
            return false;
        foreach (var part in parts.Skip(1))
        {
            if (_terms.Negated(part) is not { } condition)
                return false;
            _conditions.Add(condition);
        }
        _guard = guard;
        return true;
    }

    private bool ReadChange(ExpressionSyntax change)
    {
        var (property, value) = change switch
        {
            AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax left, RawKind: (int)SyntaxKind.SimpleAssignmentExpression } set => (left, _terms.Value(set.Right)),
            AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax left, RawKind: (int)SyntaxKind.AddAssignmentExpression } sum => (left, _terms.Computed(left, "+", sum.Right)),
            AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax left, RawKind: (int)SyntaxKind.SubtractAssignmentExpression } sum => (left, _terms.Computed(left, "-", sum.Right)),
            PostfixUnaryExpressionSyntax { Operand: MemberAccessExpressionSyntax operand } step => (operand, _terms.Stepped(operand, step.OperatorToken)),
            PrefixUnaryExpressionSyntax { Operand: MemberAccessExpressionSyntax operand } step => (operand, _terms.Stepped(operand, step.OperatorToken)),
            _ => (null, null),
        };
        // A later value would see the new one of an earlier property here, and the old one in the database.
        if (property is null || value is null || property.Expression is not IdentifierNameSyntax owner || owner.Identifier.ValueText != _entity || _terms.HasWritten)
            return false;
        _terms.NoteWritten(property.Name.Identifier.ValueText);
        _setters.Add($".SetProperty({_terms.Parameter} => {_terms.Parameter}.{property.Name}, {value})");
        return true;
    }

    private bool IsNullTest(ExpressionSyntax condition) => condition switch
    {
        IsPatternExpressionSyntax { Expression: IdentifierNameSyntax name, Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } => name.Identifier.ValueText == _entity,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression, Left: IdentifierNameSyntax name, Right.RawKind: (int)SyntaxKind.NullLiteralExpression } => name.Identifier.ValueText == _entity,
        _ => false,
    };

    private static void Split(ExpressionSyntax condition, List<ExpressionSyntax> parts)
    {
        if (condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } either)
        {
            Split(either.Left, parts);
            Split(either.Right, parts);
            return;
        }
        parts.Add(condition);
    }

    private bool Mentions(SyntaxNode node) => node.DescendantNodes().Any(n => n is IdentifierNameSyntax name && name.Identifier.ValueText == _entity);

    // Nothing else reads the entity or has a change waiting in the context, and no override adds to what a save does.
    private bool IsAlone(BlockSyntax block, SemanticModel model, CancellationToken cancellationToken)
    {
        var function = block.Ancestors().FirstOrDefault(a => a is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax) ?? block;
        var context = ((MemberAccessExpressionSyntax)SaveCall(Save)!.Expression).Expression;
        if (context is not IdentifierNameSyntax contextName || model.GetTypeInfo(context, cancellationToken).Type is not INamedTypeSymbol type || OverridesSave(type))
            return false;
        var own = TextSpan.FromBounds(Load.SpanStart, Save.Span.End);
        foreach (var node in function.DescendantNodes())
        {
            if (node is IdentifierNameSyntax name && !own.Contains(name.Span) && (name.Identifier.ValueText == _entity || name.Identifier.ValueText == contextName.Identifier.ValueText))
                return false;
        }
        return true;
    }

    private static bool OverridesSave(INamedTypeSymbol context)
    {
        for (var type = context; type is not null && type.Name != "DbContext"; type = type.BaseType)
        {
            if (type.GetMembers("SaveChanges").Length + type.GetMembers("SaveChangesAsync").Length > 0 || type.TypeKind == TypeKind.Interface)
                return true;
        }
        return false;
    }

    private static string? ChangedName(ExpressionSyntax change)
    {
        var target = change switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left,
            PostfixUnaryExpressionSyntax step => step.Operand,
            PrefixUnaryExpressionSyntax step => step.Operand,
            _ => null,
        };
        return target is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name } ? name.Identifier.ValueText : null;
    }

    // `var product = await db.Products.FirstOrDefaultAsync(…);`
    private static InvocationExpressionSyntax? LoadOf(StatementSyntax statement, string entity)
    {
        if (statement is not LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } || variables[0].Identifier.ValueText != entity)
            return null;
        return variables[0].Initializer?.Value is { } value && CallOf(value) is { Expression: MemberAccessExpressionSyntax { Expression: MemberAccessExpressionSyntax } } call ? call : null;
    }

    private static InvocationExpressionSyntax? CallOf(ExpressionSyntax value)
    {
        if (value is AwaitExpressionSyntax await)
            value = await.Expression;
        if (value is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Expression: var configured } })
            value = configured;
        return value as InvocationExpressionSyntax;
    }

    private static (LambdaExpressionSyntax Predicate, string Parameter)? PredicateOf(InvocationExpressionSyntax query)
    {
        var name = ((MemberAccessExpressionSyntax)query.Expression).Name.Identifier.ValueText;
        if (name is not ("FirstOrDefault" or "FirstOrDefaultAsync" or "SingleOrDefault" or "SingleOrDefaultAsync" or "First" or "FirstAsync" or "Single" or "SingleAsync"))
            return null;
        return query.ArgumentList.Arguments.Count > 0 && query.ArgumentList.Arguments[0].Expression is SimpleLambdaExpressionSyntax { ExpressionBody: not null } lambda
            ? (lambda, lambda.Parameter.Identifier.ValueText) : null;
    }

    private static InvocationExpressionSyntax? SaveCall(StatementSyntax statement) =>
        statement is ExpressionStatementSyntax { Expression: var expression } && CallOf(expression) is { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "SaveChanges" or "SaveChangesAsync" } } call
            && call.ArgumentList.Arguments.Count < 2 ? call : null;
}
