namespace Assay.Verify;

/// <summary>Thrown out of a step when its run has failed elsewhere, so that the task unwinds. Not to be caught by code under test.</summary>
public sealed class ScheduleEndedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ScheduleEndedException()
        : base("The controlled run has ended; this task unwinds.")
    {
    }
}
