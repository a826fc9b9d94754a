using Assay.Weaving.Observed;

namespace Assay.Exercises;

/// <summary>Loaders that do not cross as the host's do. Those for explored programs only stand for what is made where the program runs, and are never called here.</summary>
internal static class Scripts
{
    /// <summary>What <see cref="ThrowsAtOnce"/> says.</summary>
    public const string ThrowsAtOnceMessage = "at once";

    /// <summary>Has its value at once.</summary>
    public static Func<string, CancellationToken, Task<string>> AtOnce { get; } = static (_, _) => throw new NotSupportedException("A script runs with the program.");

    /// <summary>Its value comes later, from another thread.</summary>
    public static Func<string, CancellationToken, Task<string>> Later { get; } = static (_, _) => throw new NotSupportedException("A script runs with the program.");

    /// <summary>Fails later.</summary>
    public static Func<string, CancellationToken, Task<string>> FailsLater { get; } = static (_, _) => throw new NotSupportedException("A script runs with the program.");

    /// <summary>Throws before it gives a task; for single calls.</summary>
    public static Func<string, CancellationToken, Task<string>> ThrowsAtOnce { get; } = static (_, _) => throw new InvalidOperationException(ThrowsAtOnceMessage);

    /// <summary>What an argument stands for; null for one that is no script.</summary>
    public static LoadScript? Of(object? argument) =>
        ReferenceEquals(argument, AtOnce) ? LoadScript.AtOnce
        : ReferenceEquals(argument, Later) ? LoadScript.Later
        : ReferenceEquals(argument, FailsLater) ? LoadScript.FailsLater
        : null;
}
