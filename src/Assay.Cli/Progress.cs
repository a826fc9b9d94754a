namespace Assay.Cli;

/// <summary>One line on standard error that says what takes long, while a person is watching.</summary>
internal sealed class Progress(TextWriter error, bool watched)
{
    private const string EraseLine = "\r\e[2K";

    public void Show(string what)
    {
        if (watched)
            error.Write($"{EraseLine}{what}…");
    }

    /// <summary>Leaves the line as if nothing had been there.</summary>
    public void Clear()
    {
        if (watched)
            error.Write(EraseLine);
    }
}
