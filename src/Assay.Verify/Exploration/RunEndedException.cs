namespace Assay.Verify.Exploration;

/// <summary>Thrown out of a step when the run is over, so that the lane unwinds. Instrumented handlers let it through.</summary>
public sealed class RunEndedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RunEndedException()
        : base("The explored run is over; this lane unwinds.")
    {
    }
}
