namespace Assay.Verify.Exploration;

/// <summary>What happens at a place where a lane can be interrupted.</summary>
public enum SiteKind
{
    /// <summary>A shared location is read.</summary>
    Read,

    /// <summary>A shared location is written.</summary>
    Write,

    /// <summary>A shared location is read and written in one indivisible step.</summary>
    Atomic,

    /// <summary>A method of an object that is safe for concurrent use is called.</summary>
    Call,

    /// <summary>A collection that is not safe for concurrent use is read.</summary>
    Look,

    /// <summary>A collection that is not safe for concurrent use is changed.</summary>
    Change,

    /// <summary>A lock, a permit or a signal is asked for.</summary>
    Acquire,

    /// <summary>A lock or a permit is given back, or a signal given.</summary>
    Release,

    /// <summary>Another thread of control is started.</summary>
    Start,

    /// <summary>A call of the program under test begins.</summary>
    Boundary,

    /// <summary>Others are let go first.</summary>
    Yield,

    /// <summary>A loop goes round.</summary>
    Loop,
}

/// <summary>A place in the code under test.</summary>
/// <param name="Kind">What happens there.</param>
/// <param name="What">The field, element or method, as a reader knows it.</param>
/// <param name="Method">The method it is in.</param>
/// <param name="File">The source file; empty when the symbols do not tell.</param>
/// <param name="Line">The line, counted from one; zero when the symbols do not tell.</param>
public readonly record struct Site(SiteKind Kind, string What, string Method, string File, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? $"{Method}: {What}" : $"line {Line}, {Method}: {What}";
}
