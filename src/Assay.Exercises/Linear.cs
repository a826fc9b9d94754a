using Assay.Verify;

namespace Assay.Exercises;

/// <summary>Holds concurrent histories against a sequential model.</summary>
internal static class Linear
{
    /// <summary>Fails, with the drawn counter-example, when no order of the calls explains their answers.</summary>
    /// <exception cref="CheckFailedException">There is none.</exception>
    /// <exception cref="UndecidedException">The search took too long.</exception>
    public static void Require<TState>(ISequentialModel<TState, Call, Answer> model, History<Call, Answer> history)
    {
        switch (Linearizability.Check(model, history, new CheckOptions { MaxSteps = 200_000, MaxShrinkSteps = 200_000 }))
        {
            case Verdict<Call, Answer>.Violation violation:
                throw new CheckFailedException(
                    "calls running together", "answers that some order of the calls, one at a time, explains", $"{violation.Minimal.Operations.Count} calls that no order explains")
                {
                    Timeline = violation.Timeline,
                    Calls = Drawn(violation.Minimal),
                };
            case Verdict<Call, Answer>.Undecided undecided:
                throw new UndecidedException($"No order of the calls was found or excluded in {undecided.Steps} steps.");
        }
    }

    internal static OverlappingCall[] Drawn(History<Call, Answer> history)
    {
        // The stamps count everything that was ever recorded; a reader needs no more than the order.
        var order = history.Operations.SelectMany(operation => new[] { operation.Invoked, operation.Returned ?? operation.Invoked }).Distinct().Order().ToList();
        return
        [
            .. history.Operations.Select(operation => new OverlappingCall(
                operation.Lane, operation.Input.ToString(), operation.Result?.ToString(), order.IndexOf(operation.Invoked), operation.Returned is { } returned ? order.IndexOf(returned) : null)),
        ];
    }

    /// <summary>Fails unless every call returned: what it answered is compared elsewhere.</summary>
    public static History<Call, Answer> NoneThrown(this History<Call, Answer> history)
    {
        foreach (var operation in history.Operations)
        {
            if (operation.Result?.Thrown is { } thrown)
                throw new CheckFailedException($"{operation.Input} running with others", "an answer", thrown);
        }

        return history;
    }

    /// <summary>The answers to calls of one method on one object, in no order that means anything.</summary>
    public static IEnumerable<TResult> AnswersOf<TResult>(this History<Call, Answer> history, Func<Call, bool> which) =>
        history.Operations.Where(operation => which(operation.Input)).Select(operation => operation.Result?.Value is TResult value
            ? value
            : throw new CheckFailedException($"{operation.Input}", $"an answer of type {typeof(TResult).Name}", operation.Result?.ToString() ?? "nothing"));
}
