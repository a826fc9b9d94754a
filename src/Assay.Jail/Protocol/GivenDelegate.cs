namespace Assay.Jail.Protocol;

/// <summary>Delegates that are made where the candidate's code runs, because what they do cannot cross in time. Their numbers are below those of the host's.</summary>
internal static class GivenDelegate
{
    /// <summary>A loader that throws before it gives a task.</summary>
    public const long ThrowsAtOnce = -1;

    /// <summary>What it says.</summary>
    public const string Message = "at once";
}
