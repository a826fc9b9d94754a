using System.Collections.Immutable;
using System.Diagnostics;
using Assay.Cli.Baselines;
using Assay.Cli.Fixing;
using Assay.Cli.Loading;
using Assay.Cli.Output;
using Microsoft.CodeAnalysis;

namespace Assay.Cli.Scanning;

/// <summary>One scan from the request to the exit code: look, load, scan, fix, compare, report.</summary>
internal sealed class ScanRun(ScanRequest request, CliContext context)
{
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly Paths _paths = new(context.Environment.Folder, request.Excludes);
    private readonly Progress _progress = new(context.Error, context.Environment.ErrorIsTerminal);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var (baseline, error) = await PrepareAsync(cancellationToken);
        if (error is not null)
            return await RefuseAsync(error);
        var targets = new TargetFinder(_paths, request.Loose).Find(request.Paths);
        if (targets.Error is not null)
            return await RefuseAsync(targets.Error);
        try
        {
            var loaded = await new TargetLoader(context, _paths, new LoadOptions(request.Mode, request.Rules), _progress).LoadAsync(targets, cancellationToken);
            return await ScanAsync(loaded, baseline, cancellationToken);
        }
        finally
        {
            _progress.Clear();
        }
    }

    // What can be refused is refused before anything takes long.
    private async Task<(Baseline? Baseline, string? Error)> PrepareAsync(CancellationToken cancellationToken)
    {
        if (request.Output is not null && ReportFile.Problem(_paths.Absolute(request.Output), request.Output) is { } unwritable)
            return (null, unwritable);
        if (request.Fix)
        {
            foreach (var folder in request.Paths.Select(_paths.Absolute).Select(path => Directory.Exists(path) ? path : Path.GetDirectoryName(path)!).Where(Directory.Exists).Distinct())
            {
                var (refusal, note) = await WorkTree.CheckAsync(folder, cancellationToken);
                if (refusal is not null && !request.Force)
                    return (null, refusal);
                if (note is not null)
                    await context.ComplainAsync(note);
            }
        }
        return request.Baseline is null || request.UpdateBaseline
            ? (null, null)
            : await Baseline.ReadAsync(_paths.Absolute(request.Baseline), cancellationToken);
    }

    private async Task<int> ScanAsync(LoadedTargets loaded, Baseline? baseline, CancellationToken cancellationToken)
    {
        var factory = new FindingFactory(_paths);
        var scanner = new Scanner(request.Rules, context.Environment.ExtraAnalyzers, factory, _paths, _progress);
        var result = Mark(await scanner.ScanAsync(loaded, cancellationToken), baseline);
        if (request.Fix)
            (loaded, result) = await FixAsync(loaded, result, scanner, factory, baseline, cancellationToken);
        // Only these two forms show what could be fixed.
        if (request.Format is ReportFormat.Text or ReportFormat.Json)
            result = result with { Findings = await FixTitles.AddAsync(result, loaded, cancellationToken) };
        if (request.UpdateBaseline && await UpdateBaselineAsync(result, cancellationToken) is { } unwritten)
            return await RefuseAsync(unwritten);
        return await ReportAsync(result, baseline is not null, cancellationToken);
    }

    private static ScanResult Mark(ScanResult result, Baseline? baseline) =>
        baseline is null ? result : result with { Findings = baseline.Mark(result.Findings) };

    private async Task<(LoadedTargets, ScanResult)> FixAsync(
        LoadedTargets loaded,
        ScanResult before,
        Scanner scanner,
        FindingFactory factory,
        Baseline? baseline,
        CancellationToken cancellationToken)
    {
        using var workspace = new FixWorkspace(loaded);
        var run = new FixRun(loaded, workspace, scanner, factory, baseline, _progress);
        var result = await run.RunAsync(before.Findings.Where(f => f.Counts).Select(f => f.RuleId), cancellationToken);
        var problems = await new FileWriter(loaded, _paths).WriteAsync(result.Files, cancellationToken);
        var after = Mark(await scanner.ScanAsync(result.After, cancellationToken), baseline);
        _progress.Clear();
        foreach (var line in FixSummary.Lines(before.Findings, after.Findings, [.. result.Files.Keys]))
            await (request.Format == ReportFormat.Text && request.Output is null ? context.Output : context.Error).WriteLineAsync(line);
        return (result.After, after with { Notices = [.. after.Notices, .. result.Notices, .. problems] });
    }

    private async Task<string?> UpdateBaselineAsync(ScanResult result, CancellationToken cancellationToken)
    {
        var path = _paths.Absolute(request.Baseline!);
        if (ReportFile.Problem(path, request.Baseline!) is { } problem)
            return problem;
        await File.WriteAllTextAsync(path, Baseline.Write(result.Findings), cancellationToken);
        _progress.Clear();
        await context.Error.WriteLineAsync($"assay: wrote {Counted.Of(result.Findings.Count(f => !f.Suppressed), "finding")} to {request.Baseline}");
        return null;
    }

    private async Task<int> ReportAsync(ScanResult result, bool hasBaseline, CancellationToken cancellationToken)
    {
        _progress.Clear();
        // Once written down, everything is known.
        var findings = request.UpdateBaseline ? [.. result.Findings.Select(f => f with { Known = true })] : result.Findings;
        var report = new ScanReport(findings, result.Notices, result.Size, hasBaseline || request.UpdateBaseline);
        foreach (var notice in report.Notices)
        {
            await context.ComplainAsync(notice.Line);
            if (request.Verbose && notice.Detail is not null)
                await context.Error.WriteLineAsync(notice.Detail);
        }
        var summary = Summary.Of(report, _time.Elapsed);
        if (await new ReportFile(request, context, _paths).WriteAsync(report, summary, cancellationToken) is { } problem)
            return await RefuseAsync(problem);
        if (findings.Any(f => f.Counts && f.Severity >= request.FailOn))
            return ExitCode.Findings;
        return result.AnythingSound ? ExitCode.Clean : ExitCode.Unusable;
    }

    private async Task<int> RefuseAsync(string message)
    {
        _progress.Clear();
        await context.ComplainAsync(message);
        return ExitCode.Unusable;
    }
}
