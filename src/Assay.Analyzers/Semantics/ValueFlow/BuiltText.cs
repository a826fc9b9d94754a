using System.Collections.Immutable;
using System.Text;
using Assay.Analyzers.Semantics.Logging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>A part of a text that code puts together: written text, or a value.</summary>
/// <param name="Text">The text; empty for a value.</param>
/// <param name="Value">The value; null for text.</param>
internal readonly record struct TextPart(string Text, IOperation? Value);

/// <summary>
/// A text as code puts it together, variables followed: the parts in their order. Where a variable may hold several texts,
/// one stands after the other.
/// </summary>
internal sealed class BuiltText
{
    private const int MostParts = 400;

    private readonly FlowWalk _walk;
    private readonly KnownTypes _types;
    private readonly CancellationToken _cancellationToken;
    private readonly HashSet<IOperation> _seen = [];
    private readonly List<TextPart> _parts = [];

    private BuiltText(FlowWalk walk, KnownTypes types, CancellationToken cancellationToken) =>
        (_walk, _types, _cancellationToken) = (walk, types, cancellationToken);

    /// <summary>The parts of the text.</summary>
    public static ImmutableArray<TextPart> Of(IOperation text, FlowWalk walk, KnownTypes types, CancellationToken cancellationToken)
    {
        var built = new BuiltText(walk, types, cancellationToken);
        built.Add(text);
        return [.. built._parts];
    }

    /// <summary>The written text before the part, values as question marks.</summary>
    public static string Before(ImmutableArray<TextPart> parts, int index)
    {
        var text = new StringBuilder();
        for (var i = 0; i < index; i++)
            text.Append(parts[i].Value is null ? parts[i].Text : "?");
        return text.ToString();
    }

    private void Add(IOperation text)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        text = text.Bare();
        if (text.ConstantValue is { HasValue: true, Value: var constant })
        {
            _parts.Add(new TextPart(constant?.ToString() ?? "", null));
            return;
        }
        if (_parts.Count > MostParts || !_seen.Add(text))
            return;
        switch (text)
        {
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                Add(choice.WhenTrue);
                Add(otherwise);
                break;
            case ICoalesceOperation coalesce:
                Add(coalesce.Value);
                Add(coalesce.WhenNull);
                break;
            case ISwitchExpressionOperation choice:
                foreach (var arm in choice.Arms)
                    Add(arm.Value);
                break;
            case IInvocationOperation { TargetMethod: { Name: "ToString", ContainingType.Name: "StringBuilder" or "String" }, Instance: { } builder }:
                Add(builder);
                break;
            case IInvocationOperation { TargetMethod: { Name: "Trim" or "TrimEnd" or "TrimStart", ContainingType.SpecialType: SpecialType.System_String }, Instance: { } trimmed }:
                AddWhole(text, () => Add(trimmed));
                break;
            case IInvocationOperation call when call.TargetMethod.Name.StartsWith("Append", StringComparison.Ordinal) && call.TargetMethod.ContainingType?.Name == "StringBuilder":
                AddAppend(call);
                break;
            case IObjectCreationOperation { Type.Name: "StringBuilder" } made:
                foreach (var argument in made.Arguments)
                {
                    if (argument.Parameter?.Type.SpecialType == SpecialType.System_String)
                        Add(argument.Value);
                }
                break;
            case ILocalReferenceOperation local:
                AddWhole(text, () => AddVariable(local.Local, text));
                break;
            case IParameterReferenceOperation parameter when _walk.Writes(parameter.Parameter, text).Count > 0:
                AddWhole(text, () => AddVariable(parameter.Parameter, text));
                break;
            case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol, Instance: null or IInstanceReferenceOperation } member
                when FixedMembers.Values(member.Member, _types, member, _cancellationToken) is { Count: 1 } values && values[0].Bare() is not IParameterReferenceOperation:
                AddWhole(text, () => Add(values[0]));
                break;
            default:
                AddPieces(text);
                break;
        }
    }

    private void AddPieces(IOperation text)
    {
        if (text is IInterpolatedStringHandlerCreationOperation { Content: IInterpolatedStringOperation content })
        {
            foreach (var part in content.Parts)
                AddAppended(part);
            return;
        }
        if (TextPieces.Of(text) is not { } pieces)
        {
            _parts.Add(new TextPart("", text));
            return;
        }
        foreach (var piece in pieces)
        {
            if (piece.Value is { } value)
                Add(value);
            else
                _parts.Add(new TextPart(piece.Text ?? "", null));
        }
    }

    // What no written text surrounds is one value, by the name that the code gives it.
    private void AddWhole(IOperation whole, Action add)
    {
        var before = _parts.Count;
        add();
        if (_parts.FindIndex(before, p => p.Value is null) >= 0)
            return;
        _parts.RemoveRange(before, _parts.Count - before);
        _parts.Add(new TextPart("", whole));
    }

    // A handler is called for each part of the text.
    private void AddAppended(IInterpolatedStringContentOperation part)
    {
        if (part is IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { Arguments: { Length: > 0 } arguments } })
            Add(arguments.At(0).Value);
    }

    private void AddAppend(IInvocationOperation call)
    {
        if (call.Receiver() is { } receiver)
            Add(receiver);
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Name is "value" or "handler" or "format" or "args" or "arg0" or "arg1" or "arg2")
                Add(argument.Value);
        }
    }

    private void AddVariable(ISymbol variable, IOperation read)
    {
        var writes = _walk.Writes(variable, read);
        if (writes.Count == 0 || writes.TrueForAll(w => w.Kind == WriteKind.Added && w.Place is not IInvocationOperation) && variable is not IParameterSymbol)
        {
            _parts.Add(new TextPart("", read));
            return;
        }
        for (var i = writes.Count - 1; i >= 0; i--)
        {
            var write = writes[i];
            if (write.Member is not null || write.Element >= 0 || write.Place is IForEachLoopOperation or IIsPatternOperation || write.Place is IInvocationOperation && write.Kind == WriteKind.Set)
                _parts.Add(new TextPart("", read));
            else
                Add(write.Value);
        }
    }
}
