using System.Reflection;

namespace Assay.Jail;

/// <summary>Tasks of types known only at run time, as one type.</summary>
internal static class Awaited
{
    private static readonly MethodInfo OfTaskMethod = typeof(Awaited).GetMethod(nameof(OfTask), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo OfValueTaskMethod = typeof(Awaited).GetMethod(nameof(OfValueTask), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>What a method that was declared to give a task gave.</summary>
    /// <param name="declared">Task, ValueTask, or one of them with a result.</param>
    /// <param name="returned">What was returned; null is a fault of the candidate's.</param>
    public static Task<object?> Task(Type declared, object? returned)
    {
        switch (returned)
        {
            case null:
                return System.Threading.Tasks.Task.FromException<object?>(new InvalidOperationException("a null task was returned"));
            case ValueTask plain:
                return OfPlain(plain.AsTask());
            case System.Threading.Tasks.Task plain when declared == typeof(Task):
                return OfPlain(plain);
            default:
                var method = declared.GetGenericTypeDefinition() == typeof(Task<>) ? OfTaskMethod : OfValueTaskMethod;
                return (Task<object?>)method.MakeGenericMethod(declared.GetGenericArguments()[0]).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [returned], null)!;
        }
    }

    private static async Task<object?> OfPlain(Task task)
    {
        await task.ConfigureAwait(false);
        return null;
    }

    private static async Task<object?> OfTask<T>(Task<T> task) => await task.ConfigureAwait(false);

    private static async Task<object?> OfValueTask<T>(ValueTask<T> task) => await task.ConfigureAwait(false);
}
