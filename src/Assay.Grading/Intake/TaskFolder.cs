namespace Assay.Grading.Intake;

/// <summary>What <c>assay new</c> wrote, handed in whole: the candidate's part of it is one folder, as the brief says, and the contract and the check beside it are ours.</summary>
public static class TaskFolder
{
    /// <summary>The folder that is handed in.</summary>
    public const string Submission = "submission";

    /// <summary>The folder with the contract.</summary>
    public const string Contract = "contract";

    /// <summary>The project that joins them.</summary>
    public const string Project = "Check.csproj";

    private const string Known = Contract + "/ContractAttribute.cs";

    /// <summary>Whether a folder is such a one.</summary>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, Project)) && Directory.Exists(Path.Combine(folder, Submission)) && Directory.Exists(Path.Combine(folder, Contract));

    /// <summary>The candidate's files of a task folder, wherever it lies among the files; all files when there is none.</summary>
    /// <param name="files">By path.</param>
    internal static IReadOnlyList<FileRecord> Own(IReadOnlyList<FileRecord> files)
    {
        var contract = files.FirstOrDefault(file => file.Path == Known || file.Path.EndsWith("/" + Known, StringComparison.Ordinal));
        if (contract is null)
            return files;
        var place = contract.Path[..^Known.Length] + Submission + "/";
        FileRecord[] own = [.. files.Where(file => file.Path.StartsWith(place, StringComparison.Ordinal)).Select(file => file with { Path = file.Path[place.Length..] })];
        return own.Length > 0 ? own : files;
    }
}
