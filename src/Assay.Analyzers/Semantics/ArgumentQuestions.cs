using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics;

/// <summary>Arguments by the place of their parameter: the list has them as they are written, which names may change.</summary>
internal static class ArgumentQuestions
{
    /// <summary>The argument of the parameter at <paramref name="ordinal"/>; the receiver of an extension method is its first.</summary>
    public static IArgumentOperation At(this ImmutableArray<IArgumentOperation> arguments, int ordinal)
    {
        var here = arguments[ordinal];
        if (here.Parameter is null || here.Parameter.Ordinal == ordinal)
            return here;
        foreach (var argument in arguments)
        {
            if (argument.Parameter?.Ordinal == ordinal)
                return argument;
        }

        // Code that does not compile: some argument has no parameter.
        return here;
    }

    /// <summary>The arguments in the order of their parameters.</summary>
    public static IEnumerable<IArgumentOperation> ByParameter(this ImmutableArray<IArgumentOperation> arguments) =>
        arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? int.MaxValue);
}
