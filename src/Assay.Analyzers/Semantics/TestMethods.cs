using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics;

/// <summary>Recognises the methods that a test framework runs as tests.</summary>
internal static class TestMethods
{
    private static readonly string[] s_markers =
    [
        "Xunit.FactAttribute",
        "NUnit.Framework.TestAttribute",
        "NUnit.Framework.TestCaseAttribute",
        "NUnit.Framework.TestCaseSourceAttribute",
        "NUnit.Framework.TheoryAttribute",
        "Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute",
        "TUnit.Core.TestAttribute",
    ];

    /// <summary>Whether the method carries the attribute of a test, or of one derived from it.</summary>
    public static bool IsTestMethod(this KnownTypes types, ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            foreach (var marker in s_markers)
            {
                if (attribute.AttributeClass.IsOrInherits(types[marker]))
                    return true;
            }
        }
        return false;
    }
}
