using Assay.Compiler.Protocol;
using Microsoft.CodeAnalysis;

namespace Assay.Compiler;

/// <summary>Where something is, as the file really has it: <c>#line</c> moves nothing.</summary>
internal static class Places
{
    /// <summary>The range, counted from one; an empty path for none.</summary>
    public static CompilePlace Of(Location location)
    {
        if (!location.IsInSource)
            return new CompilePlace("", 0, 0, 0, 0);
        var span = location.GetLineSpan();
        return new CompilePlace(
            location.SourceTree!.FilePath,
            span.StartLinePosition.Line + 1,
            span.StartLinePosition.Character + 1,
            span.EndLinePosition.Line + 1,
            span.EndLinePosition.Character + 1);
    }
}
