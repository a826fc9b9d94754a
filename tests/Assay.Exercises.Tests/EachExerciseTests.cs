using Assay.Contracts;

namespace Assay.Exercises.Tests;

public sealed class RateLimiterTests : ExerciseTests<IRateLimiter>;

public sealed class LedgerTests : ExerciseTests<ILedger>;

public sealed class CacheTests : ExerciseTests<ICache>
{
    [Fact]
    public void What_a_submission_throws_on_a_thread_of_a_check_fails_the_check_alone()
    {
        const string Source = """
            using System; using System.Collections.Generic; using System.Linq; using System.Threading; using System.Threading.Tasks;
            public sealed class Touchy(int capacity, TimeSpan timeToLive, Action<string, string>? evicted, TimeProvider clock) : Assay.Contracts.ICache
            {
                private readonly List<KeyValuePair<string, string>> _byUse = [];
                private bool _telling;
                public string? Get(string key)
                {
                    if (_telling)
                        throw new InvalidOperationException("not now");
                    var at = _byUse.FindIndex(entry => entry.Key == key);
                    if (at < 0)
                        return null;
                    var found = _byUse[at];
                    _byUse.RemoveAt(at);
                    _byUse.Add(found);
                    return found.Value;
                }
                public void Set(string key, string value)
                {
                    if (!Remove(key) && _byUse.Count == capacity)
                    {
                        var oldest = _byUse[0];
                        _byUse.RemoveAt(0);
                        _telling = true;
                        try { evicted?.Invoke(oldest.Key, oldest.Value); } catch { }
                        _telling = false;
                    }
                    _byUse.Add(new(key, value));
                }
                public bool Remove(string key) => _byUse.RemoveAll(entry => entry.Key == key) > 0;
                public int Count() => _byUse.Count;
                public async Task<string> GetOrLoadAsync(string key, Func<string, CancellationToken, Task<string>> loader, CancellationToken cancellationToken)
                {
                    if (Get(key) is { } known)
                        return known;
                    var loaded = await loader(key, cancellationToken);
                    Set(key, loaded);
                    return loaded;
                }
                public Assay.Contracts.CacheCounts Counts() => default;
            }
            """;
        var check = Exercise.All.Single(exercise => exercise.Id == "cache").Stages[2].Checks.Single(check => check.Id == "who-is-told-may-use-the-cache");
        var failure = LocalCheck.Run(check, Compiled.Submission([new SourceText("Touchy.cs", Source)]).Assembly, 1, TimeSpan.FromSeconds(3));
        Assert.Contains("not now", Assert.IsType<SubjectThrewException>(failure).Message, StringComparison.Ordinal);
    }
}
