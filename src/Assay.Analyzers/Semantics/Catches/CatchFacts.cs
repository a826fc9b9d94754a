using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Analyzers.Semantics.Catches;

/// <summary>What the rules about catch clauses ask first: how wide the clause is, and where it stands.</summary>
internal sealed class CatchFacts
{
    private CatchFacts(ICatchClauseOperation clause, ITryOperation attempt, ISymbol containing, KnownTypes types)
    {
        Clause = clause;
        Attempt = attempt;
        Types = types;
        Caught = (clause.ExceptionDeclarationOrExpression as IVariableDeclaratorOperation)?.Symbol;
        Function = clause.EnclosingFunction(containing);
    }

    public ICatchClauseOperation Clause { get; }

    public ITryOperation Attempt { get; }

    public KnownTypes Types { get; }

    /// <summary>The variable that holds the exception, or null when the clause names none.</summary>
    public ILocalSymbol? Caught { get; }

    /// <summary>The method, accessor, lambda or local function around the clause; null in an initialiser.</summary>
    public IMethodSymbol? Function { get; }

    /// <summary>
    /// The facts of a clause that catches everything: no type, Exception or SystemException, with no filter or one that only
    /// leaves some types out. Null for any other.
    /// </summary>
    public static CatchFacts? OfCatchAll(ICatchClauseOperation clause, ISymbol containing, KnownTypes types) =>
        OfBroadType(clause, containing, types) is { } facts && !facts.HasClassifyingFilter ? facts : null;

    /// <summary>The facts of a clause of a type that wide, whatever its filter says.</summary>
    public static CatchFacts? OfBroadType(ICatchClauseOperation clause, ISymbol containing, KnownTypes types) =>
        clause.Parent is ITryOperation attempt && IsBroad(clause.ExceptionType, types)
            ? new CatchFacts(clause, attempt, containing, types)
            : null;

    /// <summary>Whether the operation or one inside it reads the caught exception.</summary>
    public bool Mentions(IOperation operation)
    {
        if (Caught is null)
            return false;
        foreach (var inner in operation.DescendantsAndSelf())
        {
            if (IsCaught(inner))
                return true;
        }
        return false;
    }

    public bool IsCaught(IOperation operation) =>
        Caught is not null && operation is ILocalReferenceOperation reference && reference.Local.Is(Caught);

    /// <summary>Whether a filter is there that picks the exceptions it takes; <c>ex is not X</c> takes all the others.</summary>
    public bool HasClassifyingFilter => Clause.Filter is { } filter && !LeavesOnlySomeOut(filter);

    /// <summary>The program's entry point: what is printed there is read by the person who started it.</summary>
    public bool IsInEntryPoint => Function is { IsStatic: true, Name: "Main" or WellKnownMemberNames.TopLevelStatementsEntryPointMethodName };

    /// <summary>A place where a throw would do more harm than good: a finaliser, a Dispose or Close, a finally or another handler.</summary>
    public bool IsCleaningUp
    {
        get
        {
            if (Function is { MethodKind: MethodKind.Destructor } or { Name: "Close" or "CloseAsync" }
                || (Function is { Name: var name } && name.StartsWith("Dispose", StringComparison.Ordinal)))
                return true;
            IOperation child = Attempt;
            for (var parent = child.Parent; parent is not null; child = parent, parent = parent.Parent)
            {
                if (parent is ICatchClauseOperation || (parent is ITryOperation outer && outer.Finally == child))
                    return true;
                if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                    return false;
            }
            return false;
        }
    }

    /// <summary>The loop around the try statement in the same function, or null.</summary>
    public ILoopOperation? EnclosingLoop
    {
        get
        {
            for (var parent = Attempt.Parent; parent is not null; parent = parent.Parent)
            {
                if (parent is ILoopOperation loop)
                    return loop;
                if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                    return null;
            }
            return null;
        }
    }

    /// <summary>The words from <c>catch</c> to the end of the declaration: the place of findings.</summary>
    public Location Header
    {
        get
        {
            var clause = (CatchClauseSyntax)Clause.Syntax;
            var end = clause.Declaration?.Span.End ?? clause.CatchKeyword.Span.End;
            return Location.Create(clause.SyntaxTree, TextSpan.FromBounds(clause.CatchKeyword.SpanStart, end));
        }
    }

    /// <summary>The header as the user wrote it, such as <c>catch (Exception ex)</c>.</summary>
    public string HeaderText => Clause.Syntax is CatchClauseSyntax { Declaration: { } declaration } ? $"catch {declaration.WithoutTrivia()}" : "catch";

    /// <summary>How a message names the function around the clause.</summary>
    public string FunctionName => Function switch
    {
        null => "the initialiser",
        { MethodKind: MethodKind.AnonymousFunction } => "the lambda",
        { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } constructor => $"the constructor of '{constructor.ContainingType.Name}'",
        { MethodKind: MethodKind.Destructor } finaliser => $"the finaliser of '{finaliser.ContainingType.Name}'",
        { Name: WellKnownMemberNames.TopLevelStatementsEntryPointMethodName } => "the program",
        { AssociatedSymbol: { } property } => $"'{property.Name}'",
        var method => $"'{method.Name}'",
    };

    private static bool IsBroad(ITypeSymbol? type, KnownTypes types) =>
        // `catch` without a type is an operation of type object.
        type is { SpecialType: SpecialType.System_Object } || type.Is(types.Exception) || type.Is(types["System.SystemException"]);

    private bool LeavesOnlySomeOut(IOperation filter) => filter.Unwrap() switch
    {
        { ConstantValue: { HasValue: true, Value: true } } => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both => LeavesOnlySomeOut(both.LeftOperand) && LeavesOnlySomeOut(both.RightOperand),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => not.Operand.Unwrap() is IIsTypeOperation { ValueOperand: var tested } && IsCaught(tested.Unwrap())
            || not.Operand.Unwrap() is IIsPatternOperation { Pattern: not INegatedPatternOperation } positive && IsTypeTest(positive),
        IIsPatternOperation { Pattern: INegatedPatternOperation } negative => IsTypeTest(negative),
        _ => false,
    };

    private bool IsTypeTest(IIsPatternOperation test) => IsCaught(test.Value.Unwrap()) && IsOfTypes(test.Pattern);

    private static bool IsOfTypes(IPatternOperation pattern) => pattern switch
    {
        INegatedPatternOperation negated => IsOfTypes(negated.Pattern),
        IBinaryPatternOperation both => IsOfTypes(both.LeftPattern) && IsOfTypes(both.RightPattern),
        ITypePatternOperation or IDeclarationPatternOperation => true,
        _ => false,
    };
}
