using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Logging;

/// <summary>A part of a text that is put together: written text, or a value.</summary>
/// <param name="Text">The text; null for a value.</param>
/// <param name="Value">The value; null for text.</param>
/// <param name="Clause">The width and format of the value with the sign before them: <c>,5:N0</c>.</param>
internal readonly record struct TextPiece(string? Text, IOperation? Value, string Clause)
{
    /// <summary>Whether the value is another one from call to call, as far as one can see.</summary>
    public bool Varies => Value?.Bare() switch
    {
        null or IInvalidOperation => false,
        { ConstantValue.HasValue: true } => false,
        IFieldReferenceOperation { Field: { IsStatic: true, IsReadOnly: true } } => false,
        IPropertyReferenceOperation { Property: { Name: "NewLine", ContainingType.Name: "Environment" } } => false,
        _ => true,
    };
}

/// <summary>Takes texts apart that are interpolated, added up or formatted.</summary>
internal static class TextPieces
{
    /// <summary>The pieces of the text in their order; null when it is not put together at this place.</summary>
    public static List<TextPiece>? Of(IOperation text)
    {
        var pieces = new List<TextPiece>();
        return Add(text.Bare(), pieces) && pieces.Exists(p => p.Value is not null) ? pieces : null;
    }

    private static bool Add(IOperation text, List<TextPiece> pieces)
    {
        if (text.ConstantValue is { HasValue: true, Value: string constant })
        {
            pieces.Add(new TextPiece(constant, null, ""));
            return false;
        }
        switch (text)
        {
            case IInterpolatedStringOperation interpolated:
                foreach (var part in interpolated.Parts)
                    AddPart(part, pieces);
                return true;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } sum:
                Operand(sum.LeftOperand, pieces);
                Operand(sum.RightOperand, pieces);
                return true;
            case IInvocationOperation { TargetMethod: { Name: "Concat" or "Format", ContainingType.SpecialType: SpecialType.System_String } } call:
                return call.TargetMethod.Name == "Format" ? AddFormat(call, pieces) : AddConcat(call, pieces);
            default:
                return false;
        }
    }

    private static void Operand(IOperation operand, List<TextPiece> pieces)
    {
        operand = operand.Bare();
        if (operand.ConstantValue is { HasValue: true, Value: string } || operand.Type?.SpecialType == SpecialType.System_String)
        {
            var before = pieces.Count;
            Add(operand, pieces);
            if (pieces.Count > before || operand.ConstantValue.HasValue)
                return;
        }
        pieces.Add(new TextPiece(null, operand, ""));
    }

    private static void AddPart(IInterpolatedStringContentOperation part, List<TextPiece> pieces)
    {
        switch (part)
        {
            case IInterpolatedStringTextOperation { Text.ConstantValue: { HasValue: true, Value: string text } }:
                pieces.Add(new TextPiece(text, null, ""));
                break;
            case IInterpolationOperation hole:
                var width = hole.Alignment is { } alignment ? "," + alignment.Syntax : "";
                var format = hole.FormatString?.ConstantValue is { HasValue: true, Value: string written } ? ":" + written : "";
                pieces.Add(new TextPiece(null, hole.Expression.Unwrap(), width + format));
                break;
        }
    }

    private static bool AddConcat(IInvocationOperation call, List<TextPiece> pieces)
    {
        foreach (var argument in call.Arguments.ByParameter())
        {
            if (argument.ArgumentKind != ArgumentKind.ParamArray)
                Operand(argument.Value, pieces);
            else if (argument.Value.Bare() is IArrayCreationOperation { Initializer: { } elements })
                elements.ElementValues.ToList().ForEach(e => Operand(e, pieces));
        }
        return pieces.Count > 0;
    }

    private static bool AddFormat(IInvocationOperation call, List<TextPiece> pieces)
    {
        string? format = null;
        var values = new List<IOperation>();
        foreach (var argument in call.Arguments.ByParameter())
        {
            if (argument.Parameter?.Name == "format")
                format = argument.Value.ConstantValue is { HasValue: true, Value: string text } ? text : null;
            else if (argument.Parameter?.Name.StartsWith("arg", StringComparison.Ordinal) == true && argument.Value.Bare() is IArrayCreationOperation { Initializer: { } elements })
                values.AddRange(elements.ElementValues.Select(e => e.Bare()));
            else if (argument.Parameter?.Name.StartsWith("arg", StringComparison.Ordinal) == true)
                values.Add(argument.Value.Bare());
        }
        if (format is null)
            return false;
        var holes = MessageTemplate.Parse(format).Holes;
        if (holes.Any(h => h.Number < 0 || h.Number >= values.Count))
            return false;
        var at = 0;
        foreach (var hole in holes)
        {
            AddText(format.Substring(at, hole.Start - at), pieces);
            pieces.Add(new TextPiece(null, values[hole.Number], hole.Clause));
            at = hole.Start + hole.Length;
        }
        AddText(format.Substring(at), pieces);
        return true;
    }

    private static void AddText(string text, List<TextPiece> pieces)
    {
        if (text.Length > 0)
            pieces.Add(new TextPiece(text.Replace("{{", "{").Replace("}}", "}"), null, ""));
    }
}
