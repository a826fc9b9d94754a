using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Errors;

/// <summary>Finds <c>throw ex;</c> of the exception a catch clause holds, which rewrites its stack trace.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StackTraceLost() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY3003",
        category: Category.Errors,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "Rethrowing the caught exception by name loses its stack trace",
        messageFormat: "'throw {0};' resets the stack trace of the caught exception to this line; 'throw;' keeps where it came from");

    private static readonly Words s_words = Words.Of("catch");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterBodyAction(s_words, Check, OperationKind.Throw);

    private static void Check(OperationAnalysisContext context)
    {
        var rethrow = (IThrowOperation)context.Operation;
        // A throw expression cannot be written as `throw;`.
        if (rethrow.Syntax is not ThrowStatementSyntax)
            return;
        if (rethrow.Exception?.Unwrap() is not ILocalReferenceOperation thrown)
            return;
        if (EnclosingCatch(rethrow) is not { } clause || CaughtLocal(clause) is not { } caught)
            return;
        if (!IsCaughtException(thrown.Local, caught, clause))
            return;
        // `if (ex is not Exception) throw ex;`: every exception is one, so this line never runs.
        if (IsNeverReached(rethrow, caught))
            return;
        context.ReportDiagnostic(Descriptor.At(rethrow.Syntax.GetLocation(), thrown.Local.Name));
    }

    private static bool IsCaughtException(ILocalSymbol thrown, ILocalSymbol caught, ICatchClauseOperation clause)
    {
        // Another value was put into the variable: what is thrown may not be what was caught.
        if (IsAssigned(caught, clause.Handler))
            return false;
        if (thrown.Is(caught))
            return true;
        // `var alias = ex; … throw alias;` is the same loss, as long as the alias is never given another value.
        return !IsAssigned(thrown, clause.Handler) && IsInitialisedFrom(thrown, caught, clause.Handler);
    }

    private static bool IsNeverReached(IOperation rethrow, ILocalSymbol caught)
    {
        IOperation child = rethrow;
        for (var parent = rethrow.Parent; parent is not (null or ICatchClauseOperation); child = parent, parent = parent.Parent)
        {
            if (parent is IConditionalOperation conditional && conditional.Condition != child && IsAlways(conditional.Condition, caught, conditional.WhenFalse == child))
                return true;
        }
        return false;
    }

    // Whether a test for a type the caught exception certainly has comes out true (or, negated, false).
    private static bool IsAlways(IOperation condition, ILocalSymbol caught, bool expected)
    {
        while (condition is IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not)
            (condition, expected) = (not.Operand, !expected);
        switch (condition)
        {
            case IIsTypeOperation { IsNegated: false } test:
                return expected && IsCaught(test.ValueOperand, caught) && test.TypeOperand is INamedTypeSymbol operand && caught.Type.IsOrInherits(operand);
            case IIsPatternOperation { Value: var value, Pattern: var pattern }:
                while (pattern is INegatedPatternOperation negated)
                    (pattern, expected) = (negated.Pattern, !expected);
                var tested = pattern switch
                {
                    IDeclarationPatternOperation { MatchesNull: false } declaration => declaration.MatchedType,
                    ITypePatternOperation type => type.MatchedType,
                    _ => null,
                };
                return expected && tested is INamedTypeSymbol named && IsCaught(value, caught) && caught.Type.IsOrInherits(named);
            default:
                return false;
        }
    }

    private static bool IsCaught(IOperation value, ILocalSymbol caught) =>
        value.Unwrap() is ILocalReferenceOperation reference && reference.Local.Is(caught);

    // The nearest catch whose handler holds the throw; a lambda or local function in between runs elsewhere, where
    // `throw;` is not allowed, and so does a nested finally.
    private static ICatchClauseOperation? EnclosingCatch(IOperation operation)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case ICatchClauseOperation clause:
                    return clause;
                case ITryOperation attempt when attempt.Finally == child:
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return null;
            }
        }
        return null;
    }

    private static ILocalSymbol? CaughtLocal(ICatchClauseOperation clause) =>
        clause.ExceptionDeclarationOrExpression is IVariableDeclaratorOperation declarator ? declarator.Symbol : null;

    private static bool IsAssigned(ILocalSymbol local, IOperation body)
    {
        foreach (var operation in body.Descendants())
        {
            var target = operation switch
            {
                IAssignmentOperation assignment => assignment.Target,
                IArgumentOperation { Parameter.RefKind: not (RefKind.None or RefKind.In) } argument => argument.Value,
                _ => null,
            };
            if (target is ILocalReferenceOperation reference && reference.Local.Is(local))
                return true;
            if (target is ITupleOperation tuple && tuple.Elements.Any(e => e is ILocalReferenceOperation r && r.Local.Is(local)))
                return true;
        }
        return false;
    }

    private static bool IsInitialisedFrom(ILocalSymbol alias, ILocalSymbol caught, IOperation body)
    {
        foreach (var operation in body.Descendants())
        {
            if (operation is IVariableDeclaratorOperation declarator && declarator.Symbol.Is(alias))
                return declarator.GetVariableInitializer()?.Value.Unwrap() is ILocalReferenceOperation source && source.Local.Is(caught);
        }
        return false;
    }
}
