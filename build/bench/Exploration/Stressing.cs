using System.Diagnostics;
using System.Reflection;
using Assay.Weaving.Programs;

namespace Assay.Bench.Exploration;

/// <summary>What a stress test does with the same programs and the same specification: real threads, a common start, many rounds.</summary>
internal static class Stressing
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether stress finds anything in the time given.</summary>
    public static bool Finds(Type type, int seed, TimeSpan budget)
    {
        if (MemberTable.Of(type, out _) is not { } table)
            return false;
        var started = Stopwatch.GetTimestamp();
        var statics = Statics(type);
        // As many rounds of each program as let several programs have their turn.
        foreach (var plan in new ProgramGenerator(table, seed).Programs())
        {
            if (Stopwatch.GetElapsedTime(started) > budget)
                return false;
            if (plan.Orders(200) is not { } orders || Expected(table, plan, orders, statics) is not { } expected)
                continue;
            for (var round = 0; round < 20 && Stopwatch.GetElapsedTime(started) <= budget; round++)
            {
                var outcome = OnThreads(table, plan, statics);
                if (outcome is null || !expected.Contains(outcome))
                    return true;
            }
        }

        return false;
    }

    // Puts static state back: to zero, and then as the type's initialiser leaves it.
    private static Action Statics(Type type)
    {
        var fields = type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Where(field => field is { IsLiteral: false, IsInitOnly: false }).ToList();
        if (fields.Count == 0)
            return static () => { };
        return () =>
        {
            fields.ForEach(field => field.SetValue(null, field.FieldType.IsValueType ? Activator.CreateInstance(field.FieldType) : null));
            type.TypeInitializer?.Invoke(null, null);
        };
    }

    // Null when some order waits for ever: stress cannot tell that from a deadlock.
    private static HashSet<string>? Expected(MemberTable table, ProgramPlan plan, List<int[]> orders, Action statics)
    {
        var outcomes = new HashSet<string>();
        foreach (var order in orders)
        {
            var answers = new string[plan.Calls.Count];
            var worker = new Thread(() =>
            {
                statics();
                var objects = table.Begin();
                foreach (var call in Enumerable.Range(0, plan.Before.Count).Concat(order).Concat(Enumerable.Range(plan.AfterStart, plan.After.Count)))
                    answers[call] = Answer(plan.Calls[call], objects);
            }) { IsBackground = true };
            worker.Start();
            if (!worker.Join(Patience))
                return null;
            outcomes.Add(Outcome(answers));
        }

        return outcomes;
    }

    private static string? OnThreads(MemberTable table, ProgramPlan plan, Action statics)
    {
        statics();
        var answers = new string[plan.Calls.Count];
        var objects = table.Begin();
        for (var call = 0; call < plan.Before.Count; call++)
            answers[call] = Answer(plan.Calls[call], objects);
        using var start = new Barrier(plan.Lanes.Count);
        var threads = plan.Lanes.Select((lane, number) => new Thread(() =>
        {
            start.SignalAndWait();
            for (var call = 0; call < lane.Count; call++)
                answers[plan.Starts[number] + call] = Answer(lane[call], objects);
        }) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        if (!threads.TrueForAll(thread => thread.Join(Patience)))
            return null;
        for (var call = plan.AfterStart; call < plan.Calls.Count; call++)
            answers[call] = Answer(plan.Calls[call], objects);
        return Outcome(answers);
    }

    // Objects are told apart by their hash, then numbered as they appear.
    private static string Outcome(string[] answers)
    {
        var numbers = new Dictionary<string, int>();
        return string.Join(" | ", answers.Select(answer => answer.StartsWith("object ", StringComparison.Ordinal)
            ? $"object#{(numbers.TryGetValue(answer, out var known) ? known : numbers[answer] = numbers.Count + 1)}"
            : answer));
    }

    private static string Answer(CallPlan call, RunObjects objects)
    {
        try
        {
            var answer = call.Invoke(call.Prepare(objects));
            if (call.Waits is { } reader && answer is not null)
            {
                SpinWait.SpinUntil(() => reader.IsCompleted(answer), Patience);
                answer = reader.Get(answer);
            }

            if (!call.HasAnswer)
                return "done";
            return answer is not null && answer.GetType() == typeof(object) ? $"object {System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(answer)}" : new Rendering().Of(answer);
        }
        catch (Exception thrown)
        {
            // An answer like any other.
            return $"throws {thrown.GetType().Name}";
        }
    }
}
