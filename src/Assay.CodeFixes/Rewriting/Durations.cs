using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Writes milliseconds as TimeSpans.</summary>
internal static class Durations
{
    /// <summary>The expression as a TimeSpan: itself, or the milliseconds it counts.</summary>
    public static ExpressionSyntax AsTimeSpan(ExpressionSyntax duration, SemanticModel model)
    {
        if (model.GetTypeInfo(duration).Type is { Name: "TimeSpan" })
            return duration;
        // A constant of the team's own keeps its name.
        var isPlain = duration is LiteralExpressionSyntax or PrefixUnaryExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.Text: "Infinite" };
        var span = isPlain && model.GetConstantValue(duration) is { HasValue: true, Value: int constant }
            ? constant switch
            {
                -1 => ClockSyntax.Imported("global::System.Threading.Timeout.InfiniteTimeSpan"),
                0 => ClockSyntax.Imported("global::System.TimeSpan.Zero"),
                _ => null,
            }
            : null;
        span ??= ClockSyntax.Call(ClockSyntax.Imported("global::System.TimeSpan"), "FromMilliseconds", duration);
        return span.WithTriviaFrom(duration);
    }
}
