using System.Text;

namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>The table of shapes and primitives on the page of the engine: in each cell the types with findings and the traps.</summary>
internal static class Matrix
{
    private static readonly (Primitive Primitive, string Title)[] s_columns =
    [
        (Primitive.None, "no lock"),
        (Primitive.LockStatement, "`lock`"),
        (Primitive.ThreadingLock, "`Lock`"),
        (Primitive.Monitor, "`Monitor`"),
        (Primitive.Semaphore, "`Wait`"),
        (Primitive.AsyncSemaphore, "`WaitAsync`"),
        (Primitive.ReaderWriterLock, "RW lock"),
        (Primitive.Mutex, "`Mutex`"),
        (Primitive.SpinLock, "`SpinLock`"),
        (Primitive.Interlocked, "`Interlocked`"),
        (Primitive.Volatile, "volatile"),
        (Primitive.Synchronized, "`Synchronized`"),
        (Primitive.Wrapper, "wrapper"),
    ];

    public static string Render(IReadOnlyList<NamedCase> cases)
    {
        var text = new StringBuilder();
        text.Append("| Shape | ").AppendJoin(" | ", s_columns.Select(c => c.Title)).Append(" | all |\n");
        text.Append("|---|").Insert(text.Length, "---|", s_columns.Length + 1).Append('\n');
        foreach (var shape in cases.GroupBy(c => c.Shape))
            AppendRow(text, shape.Key, [.. shape]);
        AppendRow(text, "all", cases);
        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, string title, IReadOnlyList<NamedCase> cases) => text
        .Append("| ").Append(title).Append(" | ")
        .AppendJoin(" | ", s_columns.Select(column => Cell(cases.Where(c => c.Case.Primitive == column.Primitive))))
        .Append(" | ").Append(Cell(cases)).Append(" |\n");

    private static string Cell(IEnumerable<NamedCase> cases)
    {
        var traps = cases.Count(c => c.IsTrap);
        var flagged = cases.Count() - traps;
        return traps + flagged == 0 ? "" : $"{flagged} · {traps}";
    }
}
