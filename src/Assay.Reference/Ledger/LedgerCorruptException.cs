namespace Assay.Reference.Ledger;

/// <summary>Events contradict each other or their encoding. Nothing can be concluded from them; restore a good copy.</summary>
public sealed class LedgerCorruptException : Exception
{
    /// <summary>Creates it.</summary>
    public LedgerCorruptException()
    {
    }

    /// <summary>Creates it with what was found.</summary>
    /// <param name="message">What was found, and where.</param>
    public LedgerCorruptException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with what was found and why.</summary>
    /// <param name="message">What was found, and where.</param>
    /// <param name="innerException">Why.</param>
    public LedgerCorruptException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
