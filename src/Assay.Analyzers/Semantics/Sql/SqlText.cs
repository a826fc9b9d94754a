using System.Text;
using Assay.Analyzers.Semantics.Logging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Sql;

/// <summary>
/// Rebuilds SQL text from constants, interpolations, sums, formats and string builders, through locals and constant fields.
/// A value in it becomes a parameter with the name of its variable.
/// </summary>
internal static class SqlText
{
    private const int MostHops = 6;

    /// <summary>The text as far as it can be seen; null where nothing of it can.</summary>
    public static string? Read(IOperation text, CancellationToken cancellationToken) => Read(text, MostHops, cancellationToken);

    private static string? Read(IOperation text, int hops, CancellationToken cancellationToken)
    {
        text = text.Bare();
        if (text.ConstantValue is { HasValue: true, Value: string constant })
            return constant;
        if (hops == 0)
            return null;
        switch (text)
        {
            case ILocalReferenceOperation local:
                return ReadLocal(local, hops - 1, cancellationToken);
            case IFieldReferenceOperation { Field.IsReadOnly: true } field:
                return Initial(field, cancellationToken) is { } initial ? Read(initial, hops - 1, cancellationToken) : null;
            case IInvocationOperation { TargetMethod.Name: "ToString", Instance: ILocalReferenceOperation { Type.Name: "StringBuilder" } builder }:
                return ReadBuilder(builder, hops - 1, cancellationToken);
            case IInvocationOperation { TargetMethod: { Name: "Trim" or "TrimEnd" or "TrimStart" or "ToString", ContainingType.SpecialType: SpecialType.System_String }, Instance: { } inner }:
                return Read(inner, hops - 1, cancellationToken);
            case IConditionalOperation { WhenTrue: { } first }:
                return Read(first, hops - 1, cancellationToken);
            default:
                return TextPieces.Of(text) is { } pieces ? Join(pieces, hops - 1, cancellationToken) : null;
        }
    }

    private static string Join(List<TextPiece> pieces, int hops, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var piece in pieces)
            text.Append(piece.Text ?? Read(piece.Value!, hops, cancellationToken) ?? "@" + NameOf(piece.Value!));
        return text.ToString();
    }

    /// <summary>The name that stands for a value in rebuilt text.</summary>
    public static string NameOf(IOperation value) => value.Bare() switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IMemberReferenceOperation member => member.Member.Name,
        _ => "value",
    };

    // `var sql = "…"; sql += "…";`: all parts in the order of the text.
    private static string? ReadLocal(ILocalReferenceOperation local, int hops, CancellationToken cancellationToken)
    {
        string? text = null;
        foreach (var operation in local.Root().Descendants())
        {
            if (operation.Syntax.SpanStart >= local.Syntax.SpanStart)
                continue;
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when declarator.Symbol.Is(local.Local):
                    text = declarator.GetVariableInitializer() is { } initializer ? Read(initializer.Value, hops, cancellationToken) : null;
                    break;
                case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } assignment when target.Local.Is(local.Local):
                    text = Read(assignment.Value, hops, cancellationToken);
                    break;
                case ICompoundAssignmentOperation { Target: ILocalReferenceOperation target } sum when target.Local.Is(local.Local):
                    text += Read(sum.Value, hops, cancellationToken) ?? "@" + NameOf(sum.Value);
                    break;
            }
        }
        return text;
    }

    private static string? ReadBuilder(ILocalReferenceOperation builder, int hops, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        // Of `builder.Append(…).Append(…)` the outer call is the later one.
        foreach (var operation in builder.Root().Descendants().Where(o => o.Syntax.Span.End < builder.Syntax.SpanStart).OrderBy(o => o.Syntax.Span.End))
        {
            var part = operation switch
            {
                IObjectCreationOperation { Type.Name: "StringBuilder", Arguments: { Length: > 0 } arguments } when IsValueOf(operation, builder.Local) => arguments.At(0).Value,
                IInvocationOperation { TargetMethod.Name: "Append" or "AppendLine", Arguments: { Length: > 0 } arguments } call when RootOf(call).Is(builder.Local) => arguments.At(0).Value,
                _ => null,
            };
            if (part is not null)
                text.Append(Read(part, hops, cancellationToken) ?? "@" + NameOf(part)).Append(operation is IInvocationOperation { TargetMethod.Name: "AppendLine" } ? "\n" : "");
        }
        return text.Length == 0 ? null : text.ToString();
    }

    private static bool IsValueOf(IOperation created, ILocalSymbol local)
    {
        for (var parent = created.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IVariableDeclaratorOperation declarator)
                return declarator.Symbol.Is(local);
        }
        return false;
    }

    // `builder.Append(…).Append(…)`
    private static ILocalSymbol? RootOf(IInvocationOperation call)
    {
        IOperation? receiver = call.Instance;
        while (receiver is IInvocationOperation { Instance: { } inner })
            receiver = inner;
        return (receiver as ILocalReferenceOperation)?.Local;
    }

    private static IOperation? Initial(IFieldReferenceOperation field, CancellationToken cancellationToken)
    {
        foreach (var reference in field.Field.DeclaringSyntaxReferences)
        {
            if (field.SemanticModel?.Compilation is { } compilation && compilation.ContainsSyntaxTree(reference.SyntaxTree) && reference.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer: { } initializer })
                return compilation.GetSemanticModel(reference.SyntaxTree).OperationOf(initializer.Value, cancellationToken);
        }
        return null;
    }
}
