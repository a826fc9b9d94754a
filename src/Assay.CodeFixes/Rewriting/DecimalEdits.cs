using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Money;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>The edits of one round that make declarations and expressions decimals.</summary>
internal sealed class DecimalEdits(Solution solution, IEnumerable<string>? names = null)
{
    private readonly Dictionary<DocumentId, Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>>> _edits = [];
    private readonly HashSet<string> _names = new(names ?? [], StringComparer.Ordinal);

    // What stays a float, and is converted as a whole.
    private readonly HashSet<SyntaxNode> _converted = [];

    /// <summary>The names of what was declared anew.</summary>
    public IReadOnlyCollection<string> Names => _names;

    public bool IsEmpty => _edits.Count == 0;

    public Solution ApplyTo(Solution current, CancellationToken cancellationToken)
    {
        foreach (var pair in _edits)
        {
            var root = pair.Value.Keys.First().SyntaxTree.GetRoot(cancellationToken);
            current = current.WithDocumentSyntaxRoot(pair.Key, root.ReplaceNodes(pair.Value.Keys, (original, now) => pair.Value[original](now)));
        }
        return current;
    }

    /// <summary>The edits at the reported place: a declaration, a call that parses, or a conversion.</summary>
    public bool AddFirst(SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        switch (node)
        {
            case CastExpressionSyntax cast:
                return AddExact(cast, cast.Expression, model, cancellationToken);
            case InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } call when CallSites.CalledName(call).ToString() == "ToDecimal":
                return AddExact(call, arguments[0].Expression, model, cancellationToken);
            case InvocationExpressionSyntax call:
                return AddParse(call, model, cancellationToken);
            default:
                return model.GetDeclaredSymbol(node, cancellationToken) is { } symbol && FloatNumbers.Of(FloatNumbers.TypeOf(symbol)) is not null && AddDeclaration(symbol, cancellationToken);
        }
    }

    /// <summary>Makes the place of an error fit; false when that is no question of float and decimal.</summary>
    public bool AddRepair(string error, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (error is not ("CS0266" or "CS0029" or "CS0019" or "CS1503" or "CS0664" or "CS0173"))
            return false;
        if (node is ArgumentSyntax argument)
            node = argument.Expression;
        if (node is BinaryExpressionSyntax pair && error == "CS0019")
            return AddExpression(pair.Left, model, cancellationToken) & AddExpression(pair.Right, model, cancellationToken);
        if (node is AssignmentExpressionSyntax { RawKind: not (int)SyntaxKind.SimpleAssignmentExpression } update)
            return IsFloat(update.Left, model, cancellationToken) ? AddTarget(update.Left, model, cancellationToken) : AddExpression(update.Right, model, cancellationToken);
        if (node is ConditionalExpressionSyntax choice && error == "CS0173")
            return AddExpression(choice.WhenTrue, model, cancellationToken) & AddExpression(choice.WhenFalse, model, cancellationToken);
        if (node is not ExpressionSyntax expression)
            return false;
        return IsFloat(expression, model, cancellationToken) ? AddExpression(expression, model, cancellationToken) : AddReceiver(expression, model, cancellationToken);
    }

    // (decimal)((double)price * 1.19)
    private bool AddExact(ExpressionSyntax conversion, ExpressionSyntax computed, SemanticModel model, CancellationToken cancellationToken)
    {
        var inner = computed is ParenthesizedExpressionSyntax { Expression: var bare } && conversion.Parent is not (BinaryExpressionSyntax or MemberAccessExpressionSyntax or PrefixUnaryExpressionSyntax) ? bare : computed;
        if (!AddExpression(inner, model, cancellationToken) || _converted.Contains(inner))
            return false;
        // A conversion of what is a decimal anyway goes, too.
        var edits = Of(conversion);
        edits[conversion] = now => now is CastExpressionSyntax cast ? Stripped(cast.Expression, inner == computed).WithTriviaFrom(now)
            : Stripped(((InvocationExpressionSyntax)now).ArgumentList.Arguments[0].Expression, inner == computed).WithTriviaFrom(now);
        return true;
    }

    private static ExpressionSyntax Stripped(ExpressionSyntax expression, bool isWhole) =>
        !isWhole && expression is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression : expression;

    private bool AddParse(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var argument in call.ArgumentList.Arguments)
        {
            if (!argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword))
                continue;
            if (argument.Expression is DeclarationExpressionSyntax { Type: { IsVar: false } type })
                AddType(type);
            else if (argument.Expression is IdentifierNameSyntax name && !(model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol local && AddDeclaration(local, cancellationToken)))
                return false;
        }
        return AddExpression(call, model, cancellationToken);
    }

    /// <summary>Makes the value of the expression a decimal.</summary>
    private bool AddExpression(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return AddExpression(parenthesized.Expression, model, cancellationToken);
            case PrefixUnaryExpressionSyntax sign:
                return AddExpression(sign.Operand, model, cancellationToken);
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure:
                return AddExpression(sure.Operand, model, cancellationToken);
            case LiteralExpressionSyntax literal:
                return AddLiteral(literal);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression or (int)SyntaxKind.SubtractExpression or (int)SyntaxKind.MultiplyExpression or (int)SyntaxKind.DivideExpression or (int)SyntaxKind.ModuloExpression or (int)SyntaxKind.CoalesceExpression } pair:
                return AddExpression(pair.Left, model, cancellationToken) & AddExpression(pair.Right, model, cancellationToken);
            case ConditionalExpressionSyntax choice:
                return AddExpression(choice.WhenTrue, model, cancellationToken) & AddExpression(choice.WhenFalse, model, cancellationToken);
            case CastExpressionSyntax cast when IsFloat(cast, model, cancellationToken):
                return AddCast(cast, model, cancellationToken);
            case InvocationExpressionSyntax call when AddCall(call, model, cancellationToken):
                return true;
            default:
                return !IsFloat(expression, model, cancellationToken) || AddName(expression, model, cancellationToken) || AddConversion(expression, model, cancellationToken);
        }
    }

    private bool AddLiteral(LiteralExpressionSyntax literal)
    {
        if (literal.Token.Value is not (double or float))
            return true;
        var text = literal.Token.Text.TrimEnd('d', 'D', 'f', 'F') + "m";
        Of(literal)[literal] = now => SyntaxFactory.ParseExpression(text).WithTriviaFrom(now);
        return true;
    }

    // `(double)price` of a decimal is the decimal, `(double)quantity` of a whole number is a cast to decimal, or none where a decimal stands beside it.
    private bool AddCast(CastExpressionSyntax cast, SemanticModel model, CancellationToken cancellationToken)
    {
        if (model.GetTypeInfo(cast.Expression, cancellationToken).Type?.SpecialType == SpecialType.System_Decimal)
            Of(cast)[cast] = now => ((CastExpressionSyntax)now).Expression.WithTriviaFrom(now);
        else
            AddType(cast.Type);
        return true;
    }

    // double.Parse, Convert.ToDouble, Math.Round of a float
    private bool AddCall(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Expression: var owner, Name: var name } || model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol method)
            return false;
        if (FloatNumbers.Of(method.ContainingType) is not null && method.Name is "Parse" or "TryParse")
        {
            Of(owner)[owner] = now => Keyword().WithTriviaFrom(now);
            return true;
        }
        if (method.ContainingType?.Name is "Convert" && method.Name is "ToDouble" or "ToSingle")
        {
            if (method.Parameters.Length > 0 && method.Parameters[0].Type.SpecialType == SpecialType.System_Decimal)
                Of(call)[call] = now => ((InvocationExpressionSyntax)now).ArgumentList.Arguments[0].Expression.WithTriviaFrom(now);
            else
                Of(name)[name] = now => SyntaxFactory.IdentifierName("ToDecimal").WithTriviaFrom(now);
            return true;
        }
        // `lines.Sum(l => (double)l.Price * l.Quantity)`
        if (method is { ContainingType: { Name: "Enumerable" }, Name: "Sum" or "Min" or "Max" or "Average" } && call.ArgumentList.Arguments is { Count: 1 } selector)
            return selector[0].Expression is LambdaExpressionSyntax { ExpressionBody: { } each } && !HasOwnFloat(each, model, cancellationToken) && AddExpression(each, model, cancellationToken);
        if (method.ContainingType?.Name != "Math" || method.Name is not ("Round" or "Floor" or "Ceiling" or "Truncate" or "Abs" or "Min" or "Max"))
            return false;
        return call.ArgumentList.Arguments.All(a => !IsFloat(a.Expression, model, cancellationToken) || AddExpression(a.Expression, model, cancellationToken));
    }

    // A member that stays a float would be converted for every element.
    private static bool HasOwnFloat(ExpressionSyntax each, SemanticModel model, CancellationToken cancellationToken) =>
        each is not (BinaryExpressionSyntax or CastExpressionSyntax) || each.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(m => IsFloat(m, model, cancellationToken));

    private bool AddName(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        if (expression is MemberAccessExpressionSyntax { Expression: PredefinedTypeSyntax type, Name.Identifier.ValueText: "MaxValue" or "MinValue" })
        {
            AddType(type);
            return true;
        }
        var symbol = model.GetSymbolInfo(expression, cancellationToken).Symbol;
        return symbol is not null && MayBecomeDecimal(symbol) && AddDeclaration(symbol, cancellationToken);
    }

    // A rate or a weight stays what it is, and is converted where it meets the money.
    private bool AddConversion(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        if (expression is not (SimpleNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax))
            return false;
        _converted.Add(expression);
        var isNullable = model.GetTypeInfo(expression, cancellationToken).Type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
        TypeSyntax type = isNullable ? SyntaxFactory.NullableType(Keyword()) : Keyword();
        Of(expression)[expression] = now => SyntaxFactory.CastExpression(type, ((ExpressionSyntax)now).WithoutTrivia()).WithTriviaFrom(now);
        return true;
    }

    // A decimal goes where a float is expected: into a variable, out of a method, to a parameter.
    private bool AddReceiver(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        var receiver = expression.Parent switch
        {
            EqualsValueClauseSyntax { Parent: { } declared } => model.GetDeclaredSymbol(declared, cancellationToken),
            AssignmentExpressionSyntax assignment when assignment.Right == expression => model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol,
            ArgumentSyntax argument => (model.GetOperation(argument, cancellationToken) as Microsoft.CodeAnalysis.Operations.IArgumentOperation)?.Parameter,
            ReturnStatementSyntax or ArrowExpressionClauseSyntax => model.GetEnclosingSymbol(expression.SpanStart, cancellationToken) is var member && member is IMethodSymbol { AssociatedSymbol: { } property } ? property : member,
            _ => null,
        };
        return receiver is not null && MayBecomeDecimal(receiver) && AddDeclaration(receiver, cancellationToken);
    }

    private bool AddTarget(ExpressionSyntax target, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(target, cancellationToken).Symbol is { } symbol && MayBecomeDecimal(symbol) && AddDeclaration(symbol, cancellationToken);

    // Locals follow; of everything else the name has to say that it is money.
    private static bool MayBecomeDecimal(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Length == 1 && FloatNumbers.Of(FloatNumbers.TypeOf(symbol)) is not null
        && (symbol is ILocalSymbol || new MoneyNames([], []).Of(symbol.Name) != MoneyLikeness.None && !DictatedTypes.IsDictated(symbol));

    /// <summary>Declares the symbol as decimal, its first value included.</summary>
    private bool AddDeclaration(ISymbol symbol, CancellationToken cancellationToken)
    {
        if (symbol.DeclaringSyntaxReferences.Length != 1)
            return false;
        var declaration = symbol.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken);
        if (solution.GetDocument(declaration.SyntaxTree) is null)
            return false;
        var (type, value) = declaration switch
        {
            VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } variables } variable => (variables.Type, variable.Initializer?.Value),
            PropertyDeclarationSyntax property => (property.Type, property.Initializer?.Value),
            ParameterSyntax parameter => (parameter.Type, parameter.Default?.Value),
            MethodDeclarationSyntax method => (method.ReturnType, null),
            LocalFunctionStatementSyntax local => (local.ReturnType, null),
            SingleVariableDesignationSyntax { Parent: DeclarationExpressionSyntax declared } => (declared.Type, null),
            _ => (null, null),
        };
        // Literals alone: what else does not fit, the compiler tells.
        var literals = Literals(value, type is { IsVar: true }).ToList();
        if (type is null || type.IsVar && literals.Count == 0)
            return false;
        if (!type.IsVar)
            AddType(type);
        _names.Add(symbol.Name);
        return literals.TrueForAll(AddLiteral);
    }

    private static IEnumerable<LiteralExpressionSyntax> Literals(ExpressionSyntax? value, bool onlyAlone) => value switch
    {
        LiteralExpressionSyntax literal => [literal],
        PrefixUnaryExpressionSyntax { Operand: LiteralExpressionSyntax literal } => [literal],
        BinaryExpressionSyntax pair when !onlyAlone => Literals(pair.Left, false).Concat(Literals(pair.Right, false)),
        _ => [],
    };

    private void AddType(TypeSyntax type)
    {
        var written = type is NullableTypeSyntax nullable ? nullable.ElementType : type;
        Of(written)[written] = now => Keyword().WithTriviaFrom(now);
    }

    private Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> Of(SyntaxNode node)
    {
        var id = solution.GetDocument(node.SyntaxTree)!.Id;
        if (!_edits.TryGetValue(id, out var edits))
            _edits.Add(id, edits = []);
        return edits;
    }

    private static PredefinedTypeSyntax Keyword() => SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.DecimalKeyword));

    private static bool IsFloat(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken) =>
        FloatNumbers.Of(model.GetTypeInfo(expression, cancellationToken).Type) is not null;
}
