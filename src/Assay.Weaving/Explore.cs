using System.Collections.Concurrent;
using System.Reflection;
using Assay.Verify.Exploration;

namespace Assay.Weaving;

/// <summary>
/// Explores the schedules of a program written in a test: what makes the state, what threads do with it, what must hold when they have ended. The code is
/// woven in memory when it is first explored; the test's own assembly stays as it is.
/// </summary>
public static class Explore
{
    private static readonly ConcurrentDictionary<string, Lazy<WovenCode>> s_woven = new(StringComparer.Ordinal);

    /// <summary>Runs a program under schedule after schedule until one fails or the budget ends.</summary>
    /// <param name="create">Makes a fresh state for each schedule.</param>
    /// <param name="threads">What each thread does with it.</param>
    /// <param name="check">Throws when the outcome is wrong; null when only exceptions and deadlocks count.</param>
    /// <param name="options">How long and how thoroughly.</param>
    /// <param name="cancellationToken">Asked between schedules.</param>
    /// <exception cref="ArgumentException">A lambda captures a variable: the woven copy could not see it.</exception>
    public static ExplorationResult Run<T>(
        Func<T> create, IReadOnlyList<Action<T>> threads, Action<T>? check = null, ExplorationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var program = Bind(create, threads, check);
        options ??= new ExplorationOptions();
        using var arena = new Arena(program.Sites, options.MaxSteps);
        return new Explorer(arena, options).Explore(program.Run, null, cancellationToken);
    }

    /// <summary>Runs one stored schedule again.</summary>
    /// <param name="schedule">The text form of a finding's schedule.</param>
    /// <param name="create">As in <see cref="Run"/>.</param>
    /// <param name="threads">As in <see cref="Run"/>.</param>
    /// <param name="check">As in <see cref="Run"/>.</param>
    /// <returns>What happened, step by step.</returns>
    /// <exception cref="FormatException">The text is not a schedule.</exception>
    public static ScheduleFinding Replay<T>(string schedule, Func<T> create, IReadOnlyList<Action<T>> threads, Action<T>? check = null)
    {
        var program = Bind(create, threads, check);
        using var arena = new Arena(program.Sites);
        return new Explorer(arena, new ExplorationOptions()).Replay(program.Run, SwitchList.Parse(schedule)).Finding;
    }

    private static WovenProgram Bind<T>(Func<T> create, IReadOnlyList<Action<T>> threads, Action<T>? check)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(threads);
        var test = create.Method.Module.Assembly.Location;
        var state = typeof(T).Assembly.Location;
        // What lies beside the test is the user's own; the framework's types stay as they are.
        string[] others = Path.GetDirectoryName(state) == Path.GetDirectoryName(test) ? [state] : [];
        var code = s_woven.GetOrAdd($"{test}|{string.Join('|', others)}", _ => new Lazy<WovenCode>(() => WovenCode.LoadFile(test, others))).Value;
        return new WovenProgram(code, new WovenDelegate(code, create), [.. threads.Select(thread => new WovenDelegate(code, thread))], check is null ? null : new WovenDelegate(code, check));
    }

    /// <summary>The program over the woven copy of the test's code.</summary>
    private sealed class WovenProgram(WovenCode code, WovenDelegate create, IReadOnlyList<WovenDelegate> threads, WovenDelegate? check)
    {
        private readonly int _together = code.Sites.Add(new Site(SiteKind.Boundary, "together", "program", "", 0));

        public SiteTable Sites => code.Sites;

        public void Run()
        {
            code.Reset();
            var state = create.Invoke();
            var lane = Arena.Current!;
            lane.Arena.Together(lane, _together, [.. threads.Select((thread, number) => ($"T{number + 1}", (Action)(() => thread.Invoke(state))))]);
            check?.Invoke(state);
        }
    }

    /// <summary>The copy of a lambda in the woven assembly.</summary>
    private sealed class WovenDelegate
    {
        private readonly MethodInfo _method;
        private readonly object? _target;

        public WovenDelegate(WovenCode code, Delegate original)
        {
            var owner = original.Method.DeclaringType!;
            if (original.Target is { } target && target.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0)
                throw new ArgumentException("The lambda captures variables, which the woven copy of the code cannot see: let create make all state.", nameof(original));
            var copy = code.Assembly.GetType(owner.FullName!, throwOnError: true)!;
            _method = copy.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .First(method => method.Name == original.Method.Name && method.GetParameters().Length == original.Method.GetParameters().Length);
            _target = _method.IsStatic ? null : Activator.CreateInstance(copy, nonPublic: true);
        }

        public object? Invoke(params object?[] arguments) =>
            _method.Invoke(_target, BindingFlags.DoNotWrapExceptions, null, arguments, System.Globalization.CultureInfo.InvariantCulture);
    }
}
