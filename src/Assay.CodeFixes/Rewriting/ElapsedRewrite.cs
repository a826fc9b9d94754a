using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Time;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.CodeFixes.Rewriting;

/// <summary>How the readings and subtractions of some variables become timestamps and what elapsed between them.</summary>
internal interface ISpanRewrite
{
    /// <summary>The nodes that change.</summary>
    IReadOnlyCollection<SyntaxNode> Places { get; }

    /// <summary>What becomes of a place, given the clock to read from.</summary>
    SyntaxNode Rewrite(SyntaxNode original, SyntaxNode current, ExpressionSyntax clock);
}

/// <summary>
/// Turns locals that hold wall-clock readings into timestamps: the readings, the subtractions and the declared types. All or
/// nothing, over all locals that are subtracted from or assigned to one another.
/// </summary>
internal sealed class ElapsedRewrite : ISpanRewrite
{
    private readonly KnownTypes _types;
    private readonly CancellationToken _stop;
    private readonly Dictionary<SyntaxNode, Func<ExpressionSyntax, SyntaxNode>> _edits = [];
    private readonly HashSet<ISymbol> _locals = new(SymbolEqualityComparer.Default);
    private readonly Queue<ILocalSymbol> _open = new();

    private ElapsedRewrite(KnownTypes types, CancellationToken stop)
    {
        _types = types;
        _stop = stop;
    }

    public IReadOnlyCollection<SyntaxNode> Places => _edits.Keys;

    public SyntaxNode Rewrite(SyntaxNode original, SyntaxNode current, ExpressionSyntax clock) =>
        _edits[original](clock).WithTriviaFrom(original);

    /// <summary>The rewrite of <paramref name="start"/> and all locals it is measured with; null when a use of one cannot be rewritten.</summary>
    public static ElapsedRewrite? Of(KnownTypes types, ILocalSymbol start, IOperation span, CancellationToken cancellationToken)
    {
        var rewrite = new ElapsedRewrite(types, cancellationToken);
        rewrite.Include(start);
        while (rewrite._open.Count > 0)
        {
            if (!rewrite.TryRewrite(rewrite._open.Dequeue(), span))
                return null;
        }
        return rewrite;
    }

    private void Include(ILocalSymbol local)
    {
        if (_locals.Add(local))
            _open.Enqueue(local);
    }

    private bool TryRewrite(ILocalSymbol local, IOperation near)
    {
        if (!TryRetype(local))
            return false;
        foreach (var written in VariableUses.Writes(local, near, _stop))
        {
            if (written is null || !IsTimestamp(written))
                return false;
        }
        foreach (var use in VariableUses.Of(local, near, _stop))
        {
            if (!VariableUses.IsWrite(use) && !TryRewriteUse(use))
                return false;
        }
        return true;
    }

    // `DateTime start = …` becomes `long start = …`; `var` stays.
    private bool TryRetype(ILocalSymbol local)
    {
        if (local.Type is not ({ SpecialType: SpecialType.System_DateTime } or { Name: "DateTimeOffset" }))
            return false;
        if (local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_stop) is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax declaration })
            return false;
        if (declaration.Type.IsVar)
            return true;
        if (declaration.Variables.Count > 1)
            return false;
        _edits[declaration.Type] = _ => SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.LongKeyword));
        return true;
    }

    // What is written is a reading, or another local that becomes a timestamp too.
    private bool IsTimestamp(IOperation written)
    {
        if (Local(written) is { } other)
        {
            Include(other);
            return true;
        }
        if (!IsReading(written))
            return false;
        _edits[written.Unwrap().Syntax] = clock => ClockSyntax.Call(clock, "GetTimestamp");
        return true;
    }

    private bool TryRewriteUse(IOperation use)
    {
        var parent = use.Parent;
        while (parent is IConversionOperation { IsImplicit: true } or IParenthesizedOperation or IArgumentOperation)
            parent = parent.Parent;
        switch (parent)
        {
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { } declared } }:
                Include(declared);
                return true;
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when assignment.Value.Unwrap() == use:
                Include(target.Local);
                return true;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract, LeftOperand: { } left, RightOperand: { } right }:
                return TryRewriteSpan(parent, left, right);
            case IInvocationOperation { TargetMethod.Name: "Subtract", Instance: { } instance, Arguments: { Length: 1 } arguments }:
                return TryRewriteSpan(parent, instance, arguments[0].Value);
            default:
                return false;
        }
    }

    private bool TryRewriteSpan(IOperation span, IOperation end, IOperation start)
    {
        if (Local(start) is not { } begin)
            return false;
        Include(begin);
        var from = SyntaxFactory.IdentifierName(begin.Name);
        // The parentheses of `(DateTime.UtcNow - start).TotalSeconds` are needed no more.
        var place = span.Syntax.Parent is ParenthesizedExpressionSyntax around ? around : span.Syntax;
        if (Local(end) is { } until)
        {
            Include(until);
            var to = SyntaxFactory.IdentifierName(until.Name);
            _edits[place] = clock => ClockSyntax.Call(clock, "GetElapsedTime", from, to);
            return true;
        }
        if (!IsReading(end))
            return false;
        _edits[place] = clock => ClockSyntax.Call(clock, "GetElapsedTime", from);
        return true;
    }

    private bool IsReading(IOperation value) => _types.ReadingOf(value.Unwrap()).IsWallTime();

    private static ILocalSymbol? Local(IOperation value) => value.Unwrap() is ILocalReferenceOperation { Local: { } local } ? local : null;
}
