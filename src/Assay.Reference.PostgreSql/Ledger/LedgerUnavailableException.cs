namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>
/// The database could not be reached in time. Whether the request took effect is unknown; repeating it with the same key tells, and cannot
/// carry it out twice.
/// </summary>
public sealed class LedgerUnavailableException : Exception
{
    /// <summary>Creates the exception without details.</summary>
    public LedgerUnavailableException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was tried.</param>
    public LedgerUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was tried.</param>
    /// <param name="innerException">How the last attempt failed.</param>
    public LedgerUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
