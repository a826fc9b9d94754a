namespace Assay.Verify;

/// <summary>An armed timer of a <see cref="ManualClock"/>, as it stood when <see cref="ManualClock.PendingTimers"/> was read.</summary>
/// <param name="DueIn">The time until it fires next; zero when it fires at the next advance, however short.</param>
/// <param name="DueAt">The wall-clock instant it fires at, if the wall clock is not set in between.</param>
/// <param name="Period">The time between later firings, or <see cref="Timeout.InfiniteTimeSpan"/> for a timer that fires once.</param>
public readonly record struct PendingTimer(TimeSpan DueIn, DateTimeOffset DueAt, TimeSpan Period);
