using System.Collections.Immutable;

namespace Assay.Cli.Scanning;

/// <summary>How much a notice takes away from the scan.</summary>
internal enum NoticeLevel
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>A part was not scanned.</summary>
    Skipped,

    /// <summary>A project or a rule failed.</summary>
    Failed,
}

/// <summary>Something about the scan itself that its reader should know, in one line.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="Path">The file or project it is about, as the reader knows it; null when about the whole.</param>
/// <param name="Detail">What only --verbose shows.</param>
internal sealed record Notice(NoticeLevel Level, string Message, string? Path = null, string? Detail = null)
{
    public static Notice Note(string message, string? path = null) => new(NoticeLevel.Note, message, path);

    public static Notice Skipped(string message, string? path = null) => new(NoticeLevel.Skipped, message, path);

    public static Notice Failed(string message, string? path = null) => new(NoticeLevel.Failed, message, path);

    public string Line => Path is null ? Message : $"{Path}: {Message}";
}

/// <summary>What was looked at.</summary>
internal sealed record ScanSize(int Projects, int Files, int Lines);

/// <summary>The whole result of a scan, ordered the same way every time.</summary>
/// <param name="Findings">All findings, suppressed and known ones included.</param>
/// <param name="Notices">What the reader should know about the scan itself.</param>
/// <param name="Size">What was looked at.</param>
/// <param name="HasBaseline">Whether the findings were held against a baseline.</param>
internal sealed record ScanReport(ImmutableArray<Finding> Findings, ImmutableArray<Notice> Notices, ScanSize Size, bool HasBaseline)
{
    public bool AnythingFailed => Notices.Any(notice => notice.Level == NoticeLevel.Failed);
}
