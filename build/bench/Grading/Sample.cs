using Assay.Exercises;

namespace Assay.Bench.Grading;

/// <summary>A submission of the repository's, with what it was asked for.</summary>
/// <param name="Exercise">What was asked.</param>
/// <param name="Path">Its folder.</param>
internal sealed record Sample(Exercise Exercise, string Path)
{
    /// <summary>The folder's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether it is there to lose points.</summary>
    public bool IsFlawed => Name.StartsWith("flawed-", StringComparison.Ordinal);

    /// <summary>The submissions in a folder that holds one folder an exercise.</summary>
    public static IReadOnlyList<Sample> In(string folder) =>
    [
        .. from exercise in Exercise.All
           let submissions = System.IO.Path.Combine(folder, exercise.Id)
           where Directory.Exists(submissions)
           from path in Directory.GetDirectories(submissions).Order(StringComparer.Ordinal)
           select new Sample(exercise, path),
    ];
}
