using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>
/// For each primitive, under its name, a class that uses it well and one that does not, whose name ends in Bad: small, as an engineer writes them.
/// </summary>
public sealed class PrimitiveTableTests
{
    private const int Seeds = 5;

    // What is modelled, as the headings of the files name it.
    private static readonly string[] s_primitives =
    [
        "field", "volatile field", "compound assignment", "array", "indexer", "Interlocked", "Interlocked.And and Or", "Volatile",
        "lock", "System.Threading.Lock", "Monitor", "Monitor.Wait and Pulse", "Monitor.TryEnter", "MethodImplOptions.Synchronized", "ReaderWriterLockSlim", "ReaderWriterLock", "SpinLock", "SpinWait",
        "named mutex", "current thread", "SemaphoreSlim", "ManualResetEventSlim", "Barrier", "CountdownEvent", "CancellationTokenSource", "Lazy that one makes", "Lazy that the first makes", "Lazy without a lock",
        "ConcurrentDictionary", "ConcurrentQueue", "ConcurrentStack", "ConcurrentBag", "BlockingCollection", "unbounded channel", "bounded channel", "bounded channel that drops what is written",
        "bounded channel that drops the oldest", "bounded channel that drops the newest", "await", "Task.Run", "TaskFactory.StartNew", "Task.WhenAll", "Task.WhenAny", "Task.WhenEach", "Task.Delay", "TaskCompletionSource",
        "Thread", "Timer", "Timer of a using statement", "Timers.Timer", "Progress", "Parallel", "ThreadLocal", "ThreadStatic", "AsyncLocal", "awaiter of the code's own",
    ];

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Primitives");

    private static readonly Dictionary<string, Lazy<WovenCode>> s_code = Directory.GetFiles(Folder, "*.cs").Where(path => Path.GetFileName(path) != "Parity.cs").ToDictionary(
        path => Path.GetFileName(path), path => new Lazy<WovenCode>(() => Compiled.Weave(File.ReadAllText(path), Path.GetFileName(path))));

    public static TheoryData<string, string> Classes => [.. s_code.Keys.Order(StringComparer.Ordinal).SelectMany(file => Headed(file).Select(one => (file, one.Class)))];

    [Fact]
    public void Each_primitive_has_one_that_is_correct_and_one_that_is_not()
    {
        var classes = s_code.Keys.SelectMany(Headed).ToLookup(one => one.Heading, one => one.Class);
        Assert.All(s_primitives, name =>
        {
            Assert.Contains(classes[name], one => IsBad(one));
            Assert.Contains(classes[name], one => !IsBad(one));
        });
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void What_is_correct_is_clean_and_what_is_not_is_found_with_every_seed(string file, string name)
    {
        var code = s_code[file].Value;
        var type = code.Assembly.GetType(name, throwOnError: true)!;
        for (var seed = 1; seed <= (IsBad(name) ? Seeds : 1); seed++)
        {
            // What is found ends the search; what is not has only so much time.
            var options = IsBad(name) ? new RaceOptions { Seed = seed } : new RaceOptions { Seed = seed, MaxPrograms = 40, MaxSchedules = 300 };
            var verdict = new TypeExplorer(code, type, options).Explore(TestContext.Current.CancellationToken);
            Assert.True(IsBad(name) ? verdict.Kind is RaceVerdictKind.Violation or RaceVerdictKind.Deadlock : verdict.Kind == RaceVerdictKind.Clean, verdict.ToString());
        }
    }

    private static bool IsBad(string name) => name.EndsWith("Bad", StringComparison.Ordinal);

    // A class belongs to the nearest comment above it that names a primitive.
    private static IEnumerable<(string Heading, string Class)> Headed(string file)
    {
        var heading = "";
        foreach (var line in File.ReadLines(Path.Combine(Folder, file)))
        {
            if (line.StartsWith("// ", StringComparison.Ordinal) && s_primitives.Contains(line[3..]))
                heading = line[3..];
            if (line.StartsWith("public class ", StringComparison.Ordinal))
                yield return (heading, line["public class ".Length..].Split(' ')[0]);
        }
    }
}
