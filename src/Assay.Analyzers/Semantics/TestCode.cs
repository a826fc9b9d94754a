using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>Tells test code from production code by the attributes of the test frameworks.</summary>
internal static class TestCode
{
    private static readonly string[] s_frameworkMarkers =
    [
        "Xunit.FactAttribute",
        "NUnit.Framework.TestAttribute",
        "Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute",
        "TUnit.Core.TestAttribute",
    ];

    /// <summary>Whether the compilation references a test framework: then it is a test project.</summary>
    public static bool IsTestProject(this KnownTypes types)
    {
        foreach (var marker in s_frameworkMarkers)
        {
            if (types[marker] is not null)
                return true;
        }
        return false;
    }

    /// <summary>Whether the symbol lies in a type that has a test method of its own.</summary>
    public static bool IsInTestClass(this KnownTypes types, ISymbol symbol)
    {
        if (!types.IsTestProject())
            return false;
        for (var type = symbol as INamedTypeSymbol ?? symbol.ContainingType; type is not null; type = type.ContainingType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IMethodSymbol && HasTestAttribute(types, member))
                    return true;
            }
        }
        return false;
    }

    private static bool HasTestAttribute(KnownTypes types, ISymbol member)
    {
        foreach (var attribute in member.GetAttributes())
        {
            foreach (var marker in s_frameworkMarkers)
            {
                if (attribute.AttributeClass.IsOrInherits(types[marker]))
                    return true;
            }
        }
        return false;
    }
}
