using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>The one table of framework types whose documentation says that one object serves one thread at a time.</summary>
internal static class NotThreadSafe
{
    /// <summary>Whether two threads must not use one object of the type at once.</summary>
    public static bool Is(ITypeSymbol type)
    {
        for (var current = type; current is { SpecialType: SpecialType.None, TypeKind: TypeKind.Class }; current = current.BaseType)
        {
            if (IsListed(current))
                return true;
        }
        return false;
    }

    /// <summary>Whether the object is put to work: a call on it, or a call that it is handed to.</summary>
    public static bool IsUse(IOperation reference)
    {
        var child = reference;
        while (child.Parent is IConversionOperation or IParenthesizedOperation)
            child = child.Parent;
        return child.Parent switch
        {
            IInvocationOperation call => call.Instance == child && call.TargetMethod.Name is not ("Dispose" or "DisposeAsync" or "Close" or "GetType" or "Equals" or "GetHashCode"),
            IArgumentOperation { Parent: IInvocationOperation call } => call.TargetMethod.ContainingType.SpecialType != SpecialType.System_Object && call.TargetMethod.Name is not ("Dispose" or "ThrowIfNull" or "ReferenceEquals"),
            IConditionalAccessOperation { WhenNotNull: IInvocationOperation call } access => access.Operation == child && call.TargetMethod.Name is not ("Dispose" or "DisposeAsync" or "Close"),
            _ => false,
        };
    }

    private static bool IsListed(ITypeSymbol type) => type.Name switch
    {
        "Random" => type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true },
        "StringBuilder" => type.ContainingNamespace is { Name: "Text", ContainingNamespace.Name: "System" },
        "HashAlgorithm" or "DeriveBytes" or "SymmetricAlgorithm" or "IncrementalHash" => type.ContainingNamespace is { Name: "Cryptography" },
        "DbContext" => type.ContainingNamespace is { Name: "EntityFrameworkCore" },
        "DbConnection" or "DbCommand" => type.ContainingNamespace is { Name: "Common", ContainingNamespace.Name: "Data" },
        _ => false,
    };
}
