namespace Assay.Weaving.Models;

/// <summary>Starting tasks through the factory.</summary>
[Models(typeof(TaskFactory))]
public static class TaskFactoryModel
{
    public static Task StartNew(TaskFactory factory, Action body, int site) =>
        factory.StartNew(body, factory.CancellationToken, factory.CreationOptions, Of(factory, site));

    public static Task StartNew(TaskFactory factory, Action body, CancellationToken cancellationToken, int site) =>
        factory.StartNew(body, cancellationToken, factory.CreationOptions, Of(factory, site));

    public static Task StartNew(TaskFactory factory, Action body, TaskCreationOptions options, int site) =>
        factory.StartNew(body, factory.CancellationToken, options, Of(factory, site));

    public static Task StartNew(TaskFactory factory, Action body, CancellationToken cancellationToken, TaskCreationOptions options, TaskScheduler scheduler, int site) =>
        factory.StartNew(body, cancellationToken, options, Schedulers.For(scheduler, site));

    public static Task StartNew(TaskFactory factory, Action<object?> body, object? state, int site) =>
        factory.StartNew(body, state, factory.CancellationToken, factory.CreationOptions, Of(factory, site));

    public static Task StartNew(TaskFactory factory, Action<object?> body, object? state, CancellationToken cancellationToken, TaskCreationOptions options, TaskScheduler scheduler, int site) =>
        factory.StartNew(body, state, cancellationToken, options, Schedulers.For(scheduler, site));

    public static Task<TResult> StartNew<TResult>(TaskFactory factory, Func<TResult> body, int site) =>
        factory.StartNew(body, factory.CancellationToken, factory.CreationOptions, Of(factory, site));

    public static Task<TResult> StartNew<TResult>(TaskFactory factory, Func<TResult> body, CancellationToken cancellationToken, int site) =>
        factory.StartNew(body, cancellationToken, factory.CreationOptions, Of(factory, site));

    public static Task<TResult> StartNew<TResult>(TaskFactory factory, Func<TResult> body, TaskCreationOptions options, int site) =>
        factory.StartNew(body, factory.CancellationToken, options, Of(factory, site));

    public static Task<TResult> StartNew<TResult>(TaskFactory factory, Func<TResult> body, CancellationToken cancellationToken, TaskCreationOptions options, TaskScheduler scheduler, int site) =>
        factory.StartNew(body, cancellationToken, options, Schedulers.For(scheduler, site));

    public static Task<TResult> StartNew<TResult>(TaskFactory factory, Func<object?, TResult> body, object? state, int site) =>
        factory.StartNew(body, state, factory.CancellationToken, factory.CreationOptions, Of(factory, site));

    public static Task<TResult> StartNew<TResult>(TaskFactory factory, Func<object?, TResult> body, object? state, CancellationToken cancellationToken, TaskCreationOptions options, TaskScheduler scheduler, int site) =>
        factory.StartNew(body, state, cancellationToken, options, Schedulers.For(scheduler, site));

    private static TaskScheduler Of(TaskFactory factory, int site) => Schedulers.For(factory.Scheduler ?? TaskScheduler.Current, site);
}
