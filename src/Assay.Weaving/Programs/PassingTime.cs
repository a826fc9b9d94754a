using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>A call that lets time pass while others are busy, up to the next moment at which anything is due: timers ring and waits end, as they do when a thread is held up.</summary>
internal static class PassingTime
{
    public static void ToTheNextAlarm() => Arena.Current?.Arena.Clock.FireNext();
}
