namespace Assay.Compiler.Protocol;

/// <summary>What the compiler is asked.</summary>
/// <param name="Files">Path and text of each source file.</param>
/// <param name="Contract">Full name of the interface to implement.</param>
/// <param name="Constructor">Full names of the parameter types of the public constructor, in order.</param>
internal sealed record CompileQuestion(IReadOnlyList<CompileFile> Files, string Contract, IReadOnlyList<string> Constructor);

/// <summary>A source file.</summary>
internal sealed record CompileFile(string Path, string Text);

/// <summary>What it answers.</summary>
/// <param name="Assembly">The assembly; null when there are errors or problems.</param>
/// <param name="Errors">The compiler's errors, the first of them.</param>
/// <param name="Problems">How the contract's form is not met.</param>
/// <param name="Findings">What the analyzers found, suppressed or not, by path and line.</param>
/// <param name="Woven">The assembly for exploration; null without an assembly.</param>
internal sealed record CompileAnswer(
    byte[]? Assembly, IReadOnlyList<CompileError> Errors, IReadOnlyList<string> Problems, IReadOnlyList<CompileFinding> Findings, CompiledWoven? Woven = null)
{
    /// <summary>The files whose top-level statements were passed over.</summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];
}

/// <summary>A copy of the assembly that can be run under chosen schedules.</summary>
/// <param name="Assembly">The woven assembly; null when it could not be woven.</param>
/// <param name="Sites">Its places, as bytes.</param>
/// <param name="WhyNot">Why it could not be woven; null when it was.</param>
/// <param name="WallMilliseconds">What weaving took.</param>
internal sealed record CompiledWoven(byte[]? Assembly, byte[]? Sites, string? WhyNot, double WallMilliseconds);

/// <summary>An error of the compiler. Lines and columns from one.</summary>
internal sealed record CompileError(string Path, int Line, int Column, string Id, string Message);

/// <summary>A finding. Lines and columns from one, as the file really has them.</summary>
internal sealed record CompileFinding(
    string Rule, string Title, string Category, string Severity, string Message, CompilePlace At, IReadOnlyList<CompilePlace> Related, bool Suppressed, string HelpLink);

/// <summary>A range of a file.</summary>
internal sealed record CompilePlace(string Path, int Line, int Column, int EndLine, int EndColumn);
