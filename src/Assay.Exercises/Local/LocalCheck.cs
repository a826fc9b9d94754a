using System.Reflection;
using Assay.Weaving;

namespace Assay.Exercises;

/// <summary>Runs checks in this process, each in a fresh world and on a thread of its own: one that never ends is given up.</summary>
public static class LocalCheck
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(20);

    /// <summary>Runs one check.</summary>
    /// <param name="check">The check.</param>
    /// <param name="submission">The candidate's assembly.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <param name="patience">How long calls may make no progress before they count as stuck; a check may take three times as long. 20 s when null.</param>
    /// <param name="woven">A woven copy of the assembly, for exploration; null for none.</param>
    /// <returns>Null when the sentence holds; otherwise <see cref="CheckFailedException"/>, <see cref="UndecidedException"/>, or what the code threw.</returns>
    public static Exception? Run(Check check, Assembly submission, int seed, TimeSpan? patience = null, WovenCode? woven = null)
    {
        var limit = patience ?? DefaultPatience;
        Exception? failure = null;
        var thread = new Thread(() => failure = Outcome(check, submission, seed, limit, woven)) { IsBackground = true, Name = check.Id };
        thread.Start();
        return thread.Join(limit * 3)
            ? failure
            : new CheckFailedException("the calls of this check", "every call to return", "a call that does not");
    }

    private static Exception? Outcome(Check check, Assembly submission, int seed, TimeSpan patience, WovenCode? woven)
    {
        try
        {
            using var subject = new LocalSubject(submission, patience, woven);
            check.Run(new Trial(subject, seed));
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }
}
