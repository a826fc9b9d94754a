namespace Assay.Grading.Report;

/// <summary>Writes one grade in one format. A writer over the record: it computes nothing of its own. Found by reflection; no list is edited.</summary>
public abstract class GradeWriter
{
    /// <summary>What people type after <c>--format</c>.</summary>
    public abstract string Format { get; }

    /// <summary>The ending of its files, e.g. <c>.json</c>, or <c>.results.json</c> where another format has the plain one.</summary>
    public abstract string Ending { get; }

    /// <summary>All writers, by format.</summary>
    public static IReadOnlyList<GradeWriter> All { get; } =
    [
        .. typeof(GradeWriter).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(GradeWriter)))
            .Select(type => (GradeWriter)Activator.CreateInstance(type)!)
            .OrderBy(writer => writer.Format, StringComparer.Ordinal),
    ];

    /// <summary>The whole file's text; UTF-8 without a mark, lines ended by \n, numbers in the invariant culture.</summary>
    public abstract string Write(GradeRecord grade);
}
