using System.Reflection;

namespace Assay.Grading.Jail;

/// <summary>Between tasks of types known only at run time and tasks of objects.</summary>
internal static class Tasks
{
    private static readonly MethodInfo WidenTask = Find(nameof(Widen));
    private static readonly MethodInfo WidenValueTask = Find(nameof(WidenValue));
    private static readonly MethodInfo NarrowTask = Find(nameof(Narrow));
    private static readonly MethodInfo NarrowValueTask = Find(nameof(NarrowValue));

    /// <summary>What a method that was declared to give a task gave, as a task of an object.</summary>
    public static Task<object?> Of(Type declared, object returned)
    {
        if (declared == typeof(Task))
            return Plain((Task)returned);
        if (declared == typeof(ValueTask))
            return Plain(((ValueTask)returned).AsTask());
        return (Task<object?>)Pick(declared, WidenTask, WidenValueTask).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [returned], null)!;
    }

    /// <summary>A task of the declared type that ends as this one does. A check that has failed awaits it no more, and nobody is told then how it ended.</summary>
    public static object As(Type declared, Task<object?> task)
    {
        Observe(task);
        if (declared == typeof(Task))
            return task;
        return declared == typeof(ValueTask) ? new ValueTask(task) : Pick(declared, NarrowTask, NarrowValueTask).Invoke(null, [task])!;
    }

    private static void Observe(Task task) =>
        _ = task.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static MethodInfo Pick(Type declared, MethodInfo forTask, MethodInfo forValueTask) =>
        (declared.GetGenericTypeDefinition() == typeof(Task<>) ? forTask : forValueTask).MakeGenericMethod(declared.GetGenericArguments()[0]);

    private static MethodInfo Find(string name) => typeof(Tasks).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private static async Task<object?> Plain(Task task)
    {
        await task.ConfigureAwait(false);
        return null;
    }

    private static async Task<object?> Widen<T>(Task<T> task) => await task.ConfigureAwait(false);

    private static async Task<object?> WidenValue<T>(ValueTask<T> task) => await task.ConfigureAwait(false);

    private static Task<T> Narrow<T>(Task<object?> task)
    {
        var narrowed = NarrowAsync<T>(task);
        Observe(narrowed);
        return narrowed;
    }

    private static async Task<T> NarrowAsync<T>(Task<object?> task) => (T)(await task.ConfigureAwait(false))!;

    private static ValueTask<T> NarrowValue<T>(Task<object?> task) => new(Narrow<T>(task));
}
