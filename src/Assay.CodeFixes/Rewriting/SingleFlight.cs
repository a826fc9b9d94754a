using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// Puts a semaphore over a check of a private field and the awaited work that sets it. Whoever waits asks again; when the work failed
/// or was cancelled, the next call does it with its own arguments and its own token.
/// </summary>
internal sealed class SingleFlight
{
    private readonly FixSite _site;
    private readonly AssignmentExpressionSyntax _act;
    private readonly ISymbol _state;
    private readonly MethodDeclarationSyntax _method;
    private readonly ClassDeclarationSyntax _home;
    private readonly string _gate;
    private readonly CancellationToken _cancellationToken;

    private SingleFlight(FixSite site, AssignmentExpressionSyntax act, ISymbol state, MethodDeclarationSyntax method, ClassDeclarationSyntax home, string gate, CancellationToken cancellationToken)
    {
        _site = site;
        _act = act;
        _state = state;
        _method = method;
        _home = home;
        _gate = gate;
        _cancellationToken = cancellationToken;
    }

    public static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (site.Node is not AssignmentExpressionSyntax act || site.Model.GetSymbolInfo(act.Left, cancellationToken).Symbol is not { } state || !IsPrivateState(state))
            return null;
        // In a lambda or a local function the captured variables would be the state.
        if (act.Ancestors().FirstOrDefault(a => a is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax) is not MethodDeclarationSyntax { Parent: ClassDeclarationSyntax home } method)
            return null;
        if (state.ContainingType.DeclaringSyntaxReferences.Length != 1 || GateField.NameFor(state.ContainingType, state.IsStatic, cancellationToken) is not { } gate)
            return null;
        var flight = new SingleFlight(site, act, state, method, home, gate, cancellationToken);
        return flight.IsSetHereAlone() && !flight.IsGuarded() ? flight.OfCoalescing() ?? flight.OfBranch() ?? flight.OfEarlyReturn() : null;
    }

    private static bool IsPrivateState(ISymbol state) =>
        state is IFieldSymbol { DeclaredAccessibility: Accessibility.Private } or IPropertySymbol { IsIndexer: false, IsVirtual: false, IsOverride: false, SetMethod.DeclaredAccessibility: Accessibility.Private };

    // A reset elsewhere would have to say what becomes of the work under way.
    private bool IsSetHereAlone()
    {
        foreach (var name in _home.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (name.Identifier.ValueText != _state.Name || name.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>() is var method && (method == _method || method is ConstructorDeclarationSyntax))
                continue;
            ExpressionSyntax whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
            var isSet = whole.Parent is AssignmentExpressionSyntax assignment && assignment.Left == whole
                || whole.Parent is PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression }
                || whole.Parent?.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression or SyntaxKind.RefExpression
                || whole.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 };
            if (isSet && _site.Model.GetSymbolInfo(name, _cancellationToken).Symbol.Is(_state))
                return false;
        }
        return true;
    }

    // The fix of a neighbour stands around it, or a semaphore whose count is not known.
    private bool IsGuarded() => _act.Ancestors().OfType<TryStatementSyntax>().Any(t => t.Finally is { } end && end.ToString().Contains(".Release("));

    // _x ??= await …
    private Fix? OfCoalescing()
    {
        if (!_act.IsKind(SyntaxKind.CoalesceAssignmentExpression) || !IsAtomic())
            return null;
        var test = SyntaxFactory.ParseExpression($"{_act.Left.WithoutTrivia()} is null");
        var set = SyntaxFactory.ExpressionStatement(_act.WithoutTrivia());
        var checkedLoad = SyntaxFactory.IfStatement(test, SyntaxFactory.Block(Gated([set]))).WithTrailingTrivia(_home.LineEnd()).WithAdditionalAnnotations(Formatter.Annotation);
        // Parsed, for the formatter sets a blank line before a statement made by the factory.
        var result = SyntaxFactory.ParseStatement($"return {_act.Left.WithoutTrivia()};").WithAdditionalAnnotations(Formatter.Annotation);
        switch (_act.Parent)
        {
            case ExpressionStatementSyntax { Parent: BlockSyntax } statement:
                return Rewritten(statement, [checkedLoad.WithLeadingTrivia(statement.GetLeadingTrivia())], statement.GetTrailingTrivia());
            case ReturnStatementSyntax { Parent: BlockSyntax } returned:
                return Rewritten(returned, [checkedLoad.WithLeadingTrivia(returned.GetLeadingTrivia()), result], returned.GetTrailingTrivia());
            case ArrowExpressionClauseSyntax arrow when arrow.Parent == _method:
                var body = SyntaxFactory.Block(checkedLoad, result).WithTrailingTrivia(_method.GetTrailingTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
                var written = _method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(body).WithAdditionalAnnotations(Formatter.Annotation);
                return CallsItself([_act]) ? null : WithGate(_method, written);
            default:
                return null;
        }
    }

    // if (_x is null) _x = await …;
    private Fix? OfBranch()
    {
        if (Check() is not { Else: null, Parent: BlockSyntax } check || !check.Statement.Span.Contains(_act.Span))
            return null;
        var block = check.Statement as BlockSyntax;
        List<StatementSyntax> body = block is null ? [check.Statement] : [.. block.Statements];
        // A comment behind a statement stays there, and one behind a block stands behind all.
        var inner = check.WithLeadingTrivia().WithTrailingTrivia(block is null ? check.GetTrailingTrivia() : [_home.LineEnd()]).WithAdditionalAnnotations(Formatter.Annotation);
        var end = block is null ? [_home.LineEnd()] : check.GetTrailingTrivia();
        var isLast = body.Count > 0 && body[body.Count - 1] is ExpressionStatementSyntax last && last.Expression == _act;
        if (!isLast || !AsksStateAlone(check.Condition) || !IsAtomic())
            return Rewritten(check, After(check.GetLeadingTrivia(), Gated([inner])), end);
        var again = body.Count == 1 && IsNullTest(check.Condition) && CanCoalesce()
            ? Coalesced((ExpressionStatementSyntax)body[0])
            : inner;
        return Rewritten(check, [check.WithStatement(SyntaxFactory.Block(Gated([again]))).WithAdditionalAnnotations(Formatter.Annotation)], end);
    }

    // if (_x is not null) return _x; … _x = await …; return _x;
    private Fix? OfEarlyReturn()
    {
        if (Check() is not { Else: null, Parent: BlockSyntax block } check || Statements.Only(check.Statement) is not (ReturnStatementSyntax or ThrowStatementSyntax))
            return null;
        var start = block.Statements.IndexOf(check);
        var rest = block.Statements.Skip(start + 1).ToList();
        if (!rest.Exists(s => s.Span.Contains(_act.Span)) || rest.Exists(s => s is LabeledStatementSyntax or LocalFunctionStatementSyntax))
            return null;
        // Until the field is set, all that it stands for has to be done.
        var position = rest.FindIndex(s => s is ExpressionStatementSyntax own && own.Expression == _act);
        var isLast = position >= 0 && rest.Skip(position + 1).All(s => s is ReturnStatementSyntax { Expression: null or IdentifierNameSyntax or MemberAccessExpressionSyntax or PostfixUnaryExpressionSyntax });
        var again = check.WithLeadingTrivia();
        List<StatementSyntax> guarded = [again, .. rest];
        StatementSyntax[] written = isLast && AsksStateAlone(check.Condition) && IsAtomic()
            ? [check, .. Gated(guarded)]
            : After(check.GetLeadingTrivia(), Gated(guarded));
        return CallsItself(rest) ? null : WithGate(block, block.WithStatements([.. block.Statements.Take(start), .. written]));
    }

    private IfStatementSyntax? Check()
    {
        if (_site.Related.IsEmpty || _site.Related[0].FirstAncestorOrSelf<IfStatementSyntax>() is not { } check || !check.Condition.Span.Contains(_site.Related[0].Span))
            return null;
        // It is asked again under the semaphore.
        return check.Condition.DescendantNodesAndSelf().Any(n => n is DeclarationExpressionSyntax or VariableDesignationSyntax or AssignmentExpressionSyntax or AwaitExpressionSyntax or InvocationExpressionSyntax) ? null : check;
    }

    // What the check reads beside the field is not there for calls that do not wait.
    private bool AsksStateAlone(ExpressionSyntax condition) =>
        condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().All(n =>
            _site.Model.GetSymbolInfo(n, _cancellationToken).Symbol is var symbol && (symbol.Is(_state) || symbol is ITypeSymbol or INamespaceSymbol or IFieldSymbol { IsConst: true } or IParameterSymbol { RefKind: RefKind.None }));

    private bool IsAtomic() =>
        ((_state as IFieldSymbol)?.Type ?? ((IPropertySymbol)_state).Type) is { } type && (type.IsReferenceType || type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_Boolean or SpecialType.System_Int32);

    private static bool IsNullTest(ExpressionSyntax condition) => condition switch
    {
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } => true,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } equality => equality.Left.IsKind(SyntaxKind.NullLiteralExpression) || equality.Right.IsKind(SyntaxKind.NullLiteralExpression),
        _ => false,
    };

    private bool CanCoalesce() => ((CSharpParseOptions)_site.Root.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp8;

    private StatementSyntax Coalesced(ExpressionStatementSyntax statement)
    {
        var sign = SyntaxFactory.Token(SyntaxKind.QuestionQuestionEqualsToken).WithTriviaFrom(_act.OperatorToken);
        var set = SyntaxFactory.AssignmentExpression(SyntaxKind.CoalesceAssignmentExpression, _act.Left, sign, _act.Right);
        return statement.WithExpression(set).WithAdditionalAnnotations(Formatter.Annotation);
    }

    // await _gate.WaitAsync(…); try { … } finally { _gate.Release(); }
    private IEnumerable<StatementSyntax> Gated(IEnumerable<StatementSyntax> statements)
    {
        var token = TokenOf(_method);
        var task = ConfigureAwaitStyle.InStyleOf(SyntaxFactory.ParseExpression($"{_gate}.WaitAsync({token})"), _act);
        yield return SyntaxFactory.ExpressionStatement(SyntaxFactory.AwaitExpression(task.WithLeadingTrivia(SyntaxFactory.Space))).WithAdditionalAnnotations(Formatter.Annotation);
        var release = SyntaxFactory.ParseStatement($"{_gate}.Release();");
        yield return SyntaxFactory.TryStatement(SyntaxFactory.Block(statements), default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(release))).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private string? TokenOf(MethodDeclarationSyntax method)
    {
        var tokens = method.ParameterList.Parameters.Where(p => p.Type is not null && _site.Model.GetTypeInfo(p.Type, _cancellationToken).Type is { Name: "CancellationToken" }).ToList();
        return tokens.Count == 1 ? tokens[0].Identifier.Text : null;
    }

    // A semaphore does not let its own holder in a second time.
    private bool CallsItself(IEnumerable<SyntaxNode> guarded)
    {
        if (_site.Model.GetDeclaredSymbol(_method, _cancellationToken) is not { } self)
            return true;
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var open = new Stack<SyntaxNode>(guarded);
        while (open.Count > 0)
        {
            foreach (var name in open.Pop().DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
            {
                if (!_home.Span.Contains(name.Span) || _site.Model.GetSymbolInfo(name, _cancellationToken).Symbol?.OriginalDefinition is not { Kind: SymbolKind.Method or SymbolKind.Property } callee)
                    continue;
                if (callee.Is(self))
                    return true;
                if (callee.ContainingType.Is(self.ContainingType) && seen.Add(callee) && callee.DeclaringSyntaxReferences.Length == 1)
                    open.Push(callee.DeclaringSyntaxReferences[0].GetSyntax(_cancellationToken));
            }
        }
        return false;
    }

    private static StatementSyntax[] After(SyntaxTriviaList leading, IEnumerable<StatementSyntax> statements) =>
        [.. statements.Select((s, i) => i == 0 ? s.WithLeadingTrivia(leading) : s)];

    private Fix? Rewritten(StatementSyntax statement, StatementSyntax[] written, SyntaxTriviaList end)
    {
        if (CallsItself([statement]))
            return null;
        var block = (BlockSyntax)statement.Parent!;
        var index = block.Statements.IndexOf(statement);
        written[written.Length - 1] = written[written.Length - 1].WithTrailingTrivia(end);
        return WithGate(block, block.WithStatements([.. block.Statements.Take(index), .. written, .. block.Statements.Skip(index + 1)]));
    }

    private Fix WithGate(SyntaxNode node, SyntaxNode written)
    {
        var version = ((CSharpParseOptions)_site.Root.SyntaxTree.Options).LanguageVersion;
        var field = GateField.Declare(_gate, _state.IsStatic, "global::System.Threading.SemaphoreSlim", "1, 1", version);
        var root = _site.Root.ReplaceNodes([_home, node], (before, now) =>
            before == _home ? GateField.AddTo((TypeDeclarationSyntax)now, field, _home.LineEnd()) : written);
        return _site.Rewrite($"Let one call at a time pass, with a semaphore '{_gate}'", root);
    }
}
