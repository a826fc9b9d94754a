using System.Diagnostics.CodeAnalysis;
using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>Values made on first use. Without a lock several lanes may make one, and the first to store it wins; with one, who comes late waits in its lane.</summary>
[Models(typeof(LazyInitializer))]
public static class LazyInitializerModel
{
    public static T EnsureInitialized<T>(ref T? target, int site)
        where T : class => EnsureInitialized(ref target, Activator.CreateInstance<T>, site);

    public static T EnsureInitialized<T>(ref T? target, Func<T> make, int site)
        where T : class
    {
        Hooks.Step(null, site);
        if (Volatile.Read(ref target) is { } known)
            return known;
        var made = make() ?? throw new InvalidOperationException("ValueFactory returned null.");
        Hooks.Step(null, site);
        Interlocked.CompareExchange(ref target, made, null);
        return target!;
    }

    public static T EnsureInitialized<T>(ref T? target, [NotNull] ref object? gate, Func<T> make, int site)
        where T : class
    {
        Hooks.Step(null, site);
        gate ??= new object();
        if (target is { } known)
            return known;
        MonitorModel.Enter(gate, site);
        try
        {
            if (target is { } late)
                return late;
            var made = make() ?? throw new InvalidOperationException("ValueFactory returned null.");
            target = made;
            return made;
        }
        finally
        {
            MonitorModel.Exit(gate, site);
        }
    }

    public static T EnsureInitialized<T>([AllowNull] ref T target, ref bool isInitialized, [NotNull] ref object? gate, int site) =>
        EnsureInitialized(ref target!, ref isInitialized, ref gate, Activator.CreateInstance<T>, site)!;

    public static T EnsureInitialized<T>([AllowNull] ref T target, ref bool isInitialized, [NotNull] ref object? gate, Func<T> make, int site)
    {
        Hooks.Step(null, site);
        gate ??= new object();
        if (Volatile.Read(ref isInitialized))
            return target!;
        MonitorModel.Enter(gate, site);
        try
        {
            if (!isInitialized)
                (target!, isInitialized) = (make(), true);
            return target!;
        }
        finally
        {
            MonitorModel.Exit(gate, site);
        }
    }
}
