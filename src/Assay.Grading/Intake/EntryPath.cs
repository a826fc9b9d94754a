namespace Assay.Grading.Intake;

/// <summary>The path of an archive's entry: normalised, then refused if it is not a plain relative one. Never mended.</summary>
internal static class EntryPath
{
    private const int MostCharacters = 200;
    private static readonly string[] Reserved = ["CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "LPT1", "LPT2", "LPT3"];

    /// <summary>The path with forward slashes.</summary>
    /// <exception cref="RejectedException">It is absolute, leads out, or could mean two things on two systems.</exception>
    public static string Of(string raw)
    {
        var path = raw.Normalize().Replace('\\', '/');
        if (path.Length > MostCharacters)
            throw new RejectedException($"a path of {path.Length} characters");
        if (path.StartsWith('/') || path.Contains(':', StringComparison.Ordinal) || path.Any(char.IsControl))
            throw new RejectedException($"the path {Shown(path)} is not a relative one");
        foreach (var part in path.Split('/'))
        {
            if (part is "." or ".." || (part.Length > 0 && (part[^1] is '.' or ' ')) || Reserved.Contains(part.Split('.')[0], StringComparer.OrdinalIgnoreCase))
                throw new RejectedException($"the path {Shown(path)} has the part '{Shown(part)}'");
        }

        return path;
    }

    private static string Shown(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}
