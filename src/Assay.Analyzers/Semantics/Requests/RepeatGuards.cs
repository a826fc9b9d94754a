using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>Looks for what keeps a second run of a handler from doing it all again.</summary>
internal static class RepeatGuards
{
    private static readonly Words s_unique = Words.Of("IsUnique", "HasAlternateKey", "UseEntityFrameworkOutbox", "AddInboxStateEntity", "UseInMemoryInboxOutbox");

    // An identifier or a text with one of these speaks of repetition.
    private static readonly string[] s_signs =
        ["idempot", "dedup", "duplicate", "alreadyprocessed", "alreadyhandled", "processed", "inbox", "messageid", "requestid", "on conflict", "not exists", "upsert", "uniqueviolation", "correlationid"];

    /// <summary>Whether the code around the effect knows that it may run twice.</summary>
    public static bool Has(List<IOperation> bodies, RepeatedEffect effect, KnownTypes types, CancellationToken cancellationToken)
    {
        foreach (var body in bodies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Speaks(body.Syntax) || ParametersOf(body.Syntax) is { } parameters && Speaks(parameters))
                return true;
            foreach (var operation in body.DescendantsAndSelf())
            {
                if (Catches(operation) || LooksUp(operation, effect) || SetsKey(operation, effect))
                    return true;
            }
        }
        return effect.Entity is { } entity && IsUnique(entity, types, cancellationToken);
    }

    // `[FromHeader(Name = "Idempotency-Key")] string key`
    private static SyntaxNode? ParametersOf(SyntaxNode body) => body.FirstAncestorOrSelf<SyntaxNode>(n => n is BaseMethodDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) switch
    {
        BaseMethodDeclarationSyntax method => method.ParameterList,
        LocalFunctionStatementSyntax local => local.ParameterList,
        ParenthesizedLambdaExpressionSyntax lambda => lambda.ParameterList,
        _ => null,
    };

    private static bool Speaks(SyntaxNode body)
    {
        foreach (var token in body.DescendantTokens())
        {
            if (token.Kind() is not (SyntaxKind.IdentifierToken or SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken))
                continue;
            foreach (var sign in s_signs)
            {
                if (token.ValueText.IndexOf(sign, StringComparison.OrdinalIgnoreCase) >= 0)
                    return true;
            }
        }
        return false;
    }

    // `catch (DbUpdateException)`: the constraint of the database decides.
    private static bool Catches(IOperation operation) =>
        operation is ICatchClauseOperation { ExceptionType: { Name: "DbUpdateException" or "PostgresException" or "SqlException" or "SqliteException" or "MySqlException" or "DbException" or "UniqueConstraintException" } };

    // Whether there is one already is asked before.
    private static bool LooksUp(IOperation operation, RepeatedEffect effect)
    {
        if (operation is not IInvocationOperation call || effect.Entity is null)
            return false;
        var name = call.TargetMethod.Name;
        if (!(name.StartsWith("Any", StringComparison.Ordinal) || name.StartsWith("Find", StringComparison.Ordinal) || name.StartsWith("FirstOrDefault", StringComparison.Ordinal) || name.StartsWith("SingleOrDefault", StringComparison.Ordinal) || name.StartsWith("Exists", StringComparison.Ordinal)))
            return false;
        for (var receiver = call.Receiver(); receiver is not null; receiver = (receiver.Bare() as IInvocationOperation)?.Receiver())
        {
            if (receiver.Bare().Type is INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } && arguments[0].Is(effect.Entity))
                return true;
        }
        return false;
    }

    // `new Payment { Id = message.PaymentId }`: the second one has the key of the first.
    private static bool SetsKey(IOperation operation, RepeatedEffect effect)
    {
        if (operation is not ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { } property } } assignment || !property.ContainingType.Is(effect.Entity))
            return false;
        if (property.Name != "Id" && property.Name != property.ContainingType.Name + "Id" && property.Name is not ("Key" or "Number" or "Reference"))
            return false;
        return assignment.Value.Bare() is IPropertyReferenceOperation or IParameterReferenceOperation or ILocalReferenceOperation or IFieldReferenceOperation;
    }

    private static bool IsUnique(ITypeSymbol entity, KnownTypes types, CancellationToken cancellationToken)
    {
        foreach (var attribute in entity.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "IndexAttribute" && attribute.NamedArguments.Any(a => a.Key == "IsUnique" && a.Value.Value is true))
                return true;
        }
        var words = s_unique;
        foreach (var tree in types.Compilation.SyntaxTrees)
        {
            if (WordIndex.Of(tree, cancellationToken).Has(words) && tree.GetRoot(cancellationToken).DescendantNodes().Any(n => n is IdentifierNameSyntax name && name.Identifier.ValueText == entity.Name))
                return true;
        }
        return false;
    }
}
