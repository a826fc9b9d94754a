using System.Globalization;
using System.Text;
using Assay.Grading;

namespace Assay.Cli.Grading;

/// <summary>How far a batch is: a bar while a person watches, a line a submission in a log.</summary>
internal sealed class BatchProgress(CliContext context, int total)
{
    private const int BarWidth = 24;

    private readonly Lock _gate = new();
    private readonly Progress _bar = new(context.Error, context.Environment.ErrorIsTerminal);
    private int _done;
    private int _kept;

    /// <summary>How many had a grade of an earlier run.</summary>
    public int Kept => _kept;

    /// <summary>One more is done. Called from any worker.</summary>
    public void Done(GradeRecord grade, bool isKept)
    {
        // One writer at a time: the lines of two workers must not run together.
        lock (_gate)
        {
            _done++;
            _kept += isKept ? 1 : 0;
            if (context.Environment.ErrorIsTerminal)
                _bar.Show($"{Bar()} {_done} of {total}{(_kept > 0 ? $", {_kept} kept" : "")}: {GradeSummary.Name(grade)}");
            else
                context.Error.WriteLine($"{_done} of {total}: {GradeSummary.Line(grade)}{(isKept ? " (kept)" : "")}");
        }
    }

    /// <summary>Leaves no bar behind.</summary>
    public void Clear() => _bar.Clear();

    private string Bar()
    {
        var filled = total == 0 ? BarWidth : BarWidth * _done / total;
        return new StringBuilder("[", BarWidth + 8).Append('█', filled).Append('·', BarWidth - filled).Append(CultureInfo.InvariantCulture, $"] {100 * _done / Math.Max(1, total),3} %").ToString();
    }
}
