using System.Text;
using Assay.Cli.Scanning;

namespace Assay.Cli.Output;

/// <summary>Brings a report to standard output or to a file, in the form that was asked for.</summary>
internal sealed class ReportFile(ScanRequest request, CliContext context, Paths paths)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Why a file could not be written to; null when it could. Leaves no trace.</summary>
    public static string? Problem(string path, string given)
    {
        if (Directory.Exists(path))
            return $"'{given}' is a folder: give a file to write to";
        if (Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
            return $"the folder of '{given}' does not exist: create it first";
        try
        {
            var isNew = !File.Exists(path);
            using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }
            if (isNew)
                File.Delete(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"'{given}' cannot be written: {e.Message.TrimEnd('.')}";
        }
    }

    /// <summary>Writes report and summary; why it could not, or null.</summary>
    public async Task<string?> WriteAsync(ScanReport report, string summary, CancellationToken cancellationToken)
    {
        var shown = request.ShowSuppressed ? report : report with { Findings = [.. report.Findings.Where(f => !f.Suppressed)] };
        try
        {
            if (request.Output is not null)
                await File.WriteAllBytesAsync(paths.Absolute(request.Output), Bytes(shown, summary), cancellationToken);
            else if (request.Format == ReportFormat.Text)
                WriteText(shown, summary, context.Output, new Paint(context.Environment.AllowsColor && !request.NoColor));
            else
                await context.Output.WriteAsync(Utf8.GetString(Bytes(shown, summary)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"'{request.Output ?? "standard output"}' cannot be written: {e.Message.TrimEnd('.')}";
        }
        if (request.Format != ReportFormat.Text || request.Output is not null)
            await context.Error.WriteLineAsync($"assay: {summary}");
        return null;
    }

    private byte[] Bytes(ScanReport report, string summary)
    {
        using var stream = new MemoryStream();
        switch (request.Format)
        {
            case ReportFormat.Sarif:
                SarifReport.Write(report, stream);
                break;
            case ReportFormat.Json:
                JsonReport.Write(report, stream);
                break;
            default:
                using (var writer = new StreamWriter(stream, Utf8, leaveOpen: true))
                {
                    if (request.Format == ReportFormat.GitHub)
                        GitHubReport.Write(report, writer);
                    else
                        WriteText(report, summary, writer, new Paint(Colors: false));
                }
                break;
        }
        if (request.Format is ReportFormat.Sarif or ReportFormat.Json)
            stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    // Paths as the reader's shell takes them: relative to the working folder.
    private void WriteText(ScanReport report, string summary, TextWriter writer, Paint paint)
    {
        var text = new TextReport(paint, context.Environment.Width, path => Shown(path), request.ShowSuppressed);
        text.Write(report, writer);
        writer.WriteLine(paint.Bold(summary));
    }

    private string Shown(string path)
    {
        var relative = Path.GetRelativePath(context.Environment.Folder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative.Replace('\\', '/');
    }
}
