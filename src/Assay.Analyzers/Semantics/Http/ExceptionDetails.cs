using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Http;

/// <summary>Tells which expressions say something about an exception, and how much of it.</summary>
internal sealed class ExceptionDetails(KnownTypes types)
{
    // Their messages are about what the caller passed.
    private static readonly HashSet<string> s_aboutInput = new(StringComparer.Ordinal)
    {
        "ArgumentException", "ArgumentNullException", "ArgumentOutOfRangeException", "FormatException", "ValidationException", "KeyNotFoundException", "BadHttpRequestException", "JsonException",
        "InvalidOperationException", "NotSupportedException", "UnauthorizedAccessException", "OverflowException", "InvalidDataException",
    };

    /// <summary>Whether the expression is an exception that was caught or handed over, or a text about it.</summary>
    public bool IsDetail(IOperation value) => value switch
    {
        IPropertyReferenceOperation { Property.Name: "Message" or "StackTrace" or "InnerException" or "Source" or "TargetSite", Instance: { } owner } => IsCaught(owner),
        IInvocationOperation { TargetMethod.Name: "ToString" or "GetBaseException", Instance: { } owner } => IsCaught(owner),
        _ => IsCaught(value),
    };

    /// <summary>Whether the detail is a message that somebody may have written for clients.</summary>
    public bool IsPublicMessage(IOperation detail)
    {
        if (detail is not IPropertyReferenceOperation { Property.Name: "Message", Instance: { } owner })
            return false;
        if (IsPublic(Accessed(owner).Type))
            return true;
        // `catch (Exception ex) when (ex is OrderException)`, `if (ex is OrderException)`
        foreach (var control in Controls.Over(detail))
        {
            if (control.Outcome && NamesPublic(control.Condition))
                return true;
        }
        for (var parent = detail.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case ICatchClauseOperation { Filter: { } filter }:
                    return NamesPublic(filter);
                case ISwitchExpressionArmOperation { Pattern: var pattern } when IsPublicPattern(pattern):
                    return true;
                case ICatchClauseOperation or IAnonymousFunctionOperation:
                    return false;
            }
        }
        return false;
    }

    private bool NamesPublic(IOperation condition)
    {
        foreach (var part in condition.DescendantsAndSelf())
        {
            if (part is IIsTypeOperation { IsNegated: false, TypeOperand: var type } && IsPublic(type) || part is IIsPatternOperation { Pattern: var pattern } && IsPublicPattern(pattern))
                return true;
        }
        return false;
    }

    private bool IsPublicPattern(IPatternOperation pattern) => pattern switch
    {
        INegatedPatternOperation => false,
        IBinaryPatternOperation pair => IsPublicPattern(pair.LeftPattern) && IsPublicPattern(pair.RightPattern),
        _ => IsPublic(pattern.NarrowedType),
    };

    // A type of the program's own, whose message its authors write.
    private bool IsPublic(ITypeSymbol? type) =>
        type is not null && type.IsOrInherits(types.Exception) && !type.Is(types.Exception) && (type.Locations.Any(l => l.IsInSource) || s_aboutInput.Contains(type.Name));

    private bool IsCaught(IOperation value)
    {
        value = Accessed(value);
        return value is not (IObjectCreationOperation or IInvocationOperation) && value.Type.IsOrInherits(types.Exception);
    }

    private static IOperation Accessed(IOperation value)
    {
        value = value.Bare();
        return value is IConditionalAccessInstanceOperation placeholder && placeholder.Accessed() is { } accessed ? accessed.Bare() : value;
    }
}
