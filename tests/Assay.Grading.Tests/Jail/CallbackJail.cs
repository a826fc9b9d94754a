using Assay.Contracts;
using Assay.Grading.Jail;

namespace Assay.Grading.Tests.Jail;

/// <summary>A cache in a jail whose methods are written by a test: what is asked of it is which delegates it calls, and how.</summary>
internal sealed class CallbackJail : IDisposable
{
    /// <summary>Far above what any callback takes; no result depends on it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private const string Form = """
        public sealed class Puppet(int capacity, TimeSpan life, Action<string, string>? evicted, TimeProvider clock) : ICache
        {
            private static readonly List<object> Kept = [capacityOf(0)];
            private static object capacityOf(int number) => number;
            private int Used => capacity + (int)(life.Ticks + clock.GetTimestamp()) * 0;
            public CacheCounts Counts() => new(Used, Kept.Count, 0);

        """;

    private readonly JailLauncher _launcher;
    private readonly JailSession _session;

    /// <summary>Loads it.</summary>
    /// <param name="members">The rest of the class: Get, Set, Remove, Count and GetOrLoadAsync; those that are missing do nothing.</param>
    /// <param name="limits">What the jail may use.</param>
    public CallbackJail(string members, JailLimits? limits = null)
    {
        (string Name, string Nothing)[] methods =
        [
            (" Get(", "public string? Get(string key) => null;"),
            (" Set(", "public void Set(string key, string value) { }"),
            (" Remove(", "public bool Remove(string key) => evicted is null;"),
            (" Count(", "public int Count() => 0;"),
            (" GetOrLoadAsync(", "public Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken) => loader(key, cancellationToken);"),
        ];
        var missing = methods.Where(method => !members.Contains(method.Name, StringComparison.Ordinal)).Select(method => method.Nothing);
        _launcher = Isolation.Choose("strong", limits ?? new JailLimits());
        _session = new JailSession(_launcher);
        _session.Load(typeof(ICache), Compiled.Assembly($"using System.Runtime.InteropServices;\n{Form}{members}\n{string.Join('\n', missing)}\n}}"));
        Subject = null!;
    }

    /// <summary>How the jail ended; null while it runs.</summary>
    public JailEnd? End => _session.Process.End;

    public JailProcess Process => _session.Process;

    public JailedSubject Subject { get; private set; }

    /// <summary>Begins a check.</summary>
    public ICache Begin(Action<string, string>? evicted = null)
    {
        _session.Reset();
        Subject = new JailedSubject(_session, [typeof(int), typeof(TimeSpan), typeof(Action<string, string>), typeof(TimeProvider)]);
        return Subject.Create<ICache>(1, TimeSpan.FromSeconds(1), evicted);
    }

    public void Dispose()
    {
        _session.Dispose();
        _launcher.Dispose();
    }
}
