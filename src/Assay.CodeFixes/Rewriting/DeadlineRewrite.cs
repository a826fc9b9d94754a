using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rewriting;

/// <summary>
/// Turns <c>var deadline = DateTime.UtcNow + timeout; … DateTime.UtcNow &lt; deadline</c> into a timestamp of the start and
/// comparisons of what elapsed since with the timeout.
/// </summary>
internal sealed class DeadlineRewrite : ISpanRewrite
{
    private static readonly string[] s_names = ["started", "startTimestamp"];

    private readonly Dictionary<SyntaxNode, Func<ExpressionSyntax, SyntaxNode>> _edits = [];
    private readonly ExpressionSyntax _timeout;
    private readonly IdentifierNameSyntax _start;

    private DeadlineRewrite(ExpressionSyntax timeout, string start)
    {
        _timeout = timeout.WithoutTrivia();
        _start = SyntaxFactory.IdentifierName(start);
    }

    public IReadOnlyCollection<SyntaxNode> Places => _edits.Keys;

    public SyntaxNode Rewrite(SyntaxNode original, SyntaxNode current, ExpressionSyntax clock) =>
        _edits[original](clock).WithTriviaFrom(original);

    /// <summary>The rewrite of <paramref name="deadline"/>; null when it is used otherwise, or its timeout may change meanwhile.</summary>
    public static DeadlineRewrite? Of(KnownTypes types, ILocalSymbol deadline, IOperation span, CancellationToken cancellationToken)
    {
        if (deadline.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken)
            is not VariableDeclaratorSyntax { Initializer: { } initializer, Parent: VariableDeclarationSyntax { Variables.Count: 1 } declaration } declarator)
        {
            return null;
        }
        if (Timeout(types, span.SemanticModel!.OperationOf(initializer.Value, cancellationToken), span, cancellationToken) is not { } timeout)
            return null;
        var uses = VariableUses.Of(deadline, span, cancellationToken).ToList();
        // A timeout that is more than a name is not written twice.
        if (uses.Count > 1 && timeout is not (IdentifierNameSyntax or MemberAccessExpressionSyntax))
            return null;
        if (FreeName(declarator) is not { } start)
            return null;
        var rewrite = new DeadlineRewrite(timeout, start);
        rewrite.Declare(declaration, declarator, initializer);
        return uses.All(use => rewrite.TryRewriteUse(types, use)) ? rewrite : null;
    }

    private void Declare(VariableDeclarationSyntax declaration, VariableDeclaratorSyntax declarator, EqualsValueClauseSyntax initializer)
    {
        if (!declaration.Type.IsVar)
            _edits[declaration.Type] = _ => SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.LongKeyword));
        _edits[declarator] = clock => declarator
            .WithIdentifier(_start.Identifier.WithTriviaFrom(declarator.Identifier))
            .WithInitializer(initializer.WithValue(ClockSyntax.Call(clock, "GetTimestamp").WithTriviaFrom(initializer.Value)));
    }

    private bool TryRewriteUse(KnownTypes types, IOperation use)
    {
        var parent = use.Parent;
        while (parent is IConversionOperation { IsImplicit: true } or IParenthesizedOperation)
            parent = parent.Parent;
        // Written to, passed on, logged: then it has to stay a time.
        if (parent is not IBinaryOperation { Syntax: BinaryExpressionSyntax syntax } binary)
            return false;
        var isDeadlineLeft = binary.LeftOperand.Unwrap() == use;
        var now = isDeadlineLeft ? binary.RightOperand : binary.LeftOperand;
        if (!types.ReadingOf(now.Unwrap()).IsWallTime() || (binary.OperatorKind == BinaryOperatorKind.Subtract && !isDeadlineLeft))
            return false;
        _edits[syntax] = clock =>
        {
            var elapsed = ClockSyntax.Call(clock, "GetElapsedTime", _start);
            return isDeadlineLeft
                ? syntax.WithLeft(_timeout.WithTriviaFrom(syntax.Left)).WithRight(elapsed.WithTriviaFrom(syntax.Right))
                : syntax.WithLeft(elapsed.WithTriviaFrom(syntax.Left)).WithRight(_timeout.WithTriviaFrom(syntax.Right));
        };
        return true;
    }

    // The span added to a reading, as a TimeSpan that is the same whenever it is asked for.
    private static ExpressionSyntax? Timeout(KnownTypes types, IOperation? deadline, IOperation near, CancellationToken cancellationToken)
    {
        switch (deadline?.Unwrap())
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum when IsReading(types, sum.LeftOperand) && IsSteady(sum.RightOperand, near, cancellationToken):
                return (ExpressionSyntax)sum.RightOperand.Syntax;
            case IInvocationOperation { Instance: { } now, Arguments: { Length: 1 } arguments } call when IsReading(types, now) && IsSteady(arguments[0].Value, near, cancellationToken):
                var amount = (ExpressionSyntax)arguments[0].Value.Syntax;
                var name = call.TargetMethod.Name;
                return name == "Add" ? amount
                    : ClockSyntax.Call(ClockSyntax.Imported("global::System.TimeSpan"), "From" + name.Substring("Add".Length), amount);
            default:
                return null;
        }
    }

    private static bool IsReading(KnownTypes types, IOperation value) => types.ReadingOf(value.Unwrap()).IsWallTime();

    private static bool IsSteady(IOperation value, IOperation near, CancellationToken cancellationToken) => value.Unwrap() switch
    {
        { ConstantValue.HasValue: true } => true,
        IConversionOperation conversion => IsSteady(conversion.Operand, near, cancellationToken),
        IFieldReferenceOperation field => field.Field.IsReadOnly,
        IParameterReferenceOperation { Parameter: { RefKind: RefKind.None } parameter } => !VariableUses.Of(parameter, near, cancellationToken).Any(VariableUses.IsWrite),
        ILocalReferenceOperation local => !VariableUses.Of(local.Local, near, cancellationToken).Any(VariableUses.IsWrite),
        IInvocationOperation { TargetMethod: { IsStatic: true, ContainingType.Name: "TimeSpan" } } call =>
            call.Arguments.All(a => IsSteady(a.Value, near, cancellationToken)),
        _ => false,
    };

    // The variable no longer holds a deadline, and is not called one.
    private static string? FreeName(SyntaxNode declarator)
    {
        var member = declarator.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        var taken = new HashSet<string>(member?.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText) ?? []);
        return s_names.FirstOrDefault(name => !taken.Contains(name));
    }
}
