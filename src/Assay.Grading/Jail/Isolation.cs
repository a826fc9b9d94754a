namespace Assay.Grading.Jail;

/// <summary>Chooses the jail.</summary>
public static class Isolation
{
    /// <summary>The strongest jail this machine offers, or the one that was asked for.</summary>
    /// <param name="level">strong, weak or auto.</param>
    /// <param name="limits">What a jail may use.</param>
    /// <exception cref="JailUnavailableException">Strong was asked for and cannot be had; the message says what is missing.</exception>
    public static JailLauncher Choose(string level, JailLimits limits)
    {
        if (level == "weak")
            return new PlainLauncher(limits, JailProgram.Driver);
        var missing = Trial(limits, out var launcher);
        if (missing is null)
            return launcher!;
        return level == "auto" ? new PlainLauncher(limits, JailProgram.Driver) : throw new JailUnavailableException($"no strong isolation: {missing}");
    }

    /// <summary>A launcher of the same kind for the compiler, which runs no code of the candidate's but reads all of it.</summary>
    internal static JailLauncher ForCompiler(JailLauncher like, JailLimits limits) =>
        like is BubblewrapLauncher ? new BubblewrapLauncher(limits, JailProgram.Compiler) : new PlainLauncher(limits, JailProgram.Compiler);

    /// <summary>Starts a jail once, to see whether it can be had.</summary>
    /// <returns>What is missing; null when nothing is.</returns>
    public static string? Trial(JailLimits limits, out JailLauncher? launcher)
    {
        launcher = null;
        if (BubblewrapLauncher.Missing is { } missing)
            return missing;
        var candidate = new BubblewrapLauncher(limits, JailProgram.Driver);
        try
        {
            using var subject = new JailSession(candidate);
            subject.Reach();
            if (!candidate.HasLimits)
                throw new JailUnavailableException("neither control groups nor a user of the jail's own can be had: run as root, or delegate a cgroup");
            launcher = candidate;
            return null;
        }
        catch (Exception e) when (e is JailEndedException or JailUnavailableException)
        {
            candidate.Dispose();
            return e is JailEndedException ? $"a jail starts, but is of no use ({e.Message}): the machine may be too slow to grade on" : e.Message;
        }
    }
}
