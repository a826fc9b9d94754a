namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Names that speak of a lock; believed only to keep rules silent.</summary>
internal static class LockWords
{
    private static readonly string[] s_words = ["Lock", "Enter", "Acquire", "Guard", "Sync", "Mutex", "Semaphore", "Wait", "Exclusive", "Releaser"];

    public static bool AreIn(string name)
    {
        foreach (var word in s_words)
        {
            if (name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }
}
