using Assay.Analyzers.Rules.SharedState;
using Assay.CodeFixes.Rules.SharedState;
using Assay.TestKit;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Analyzers.Tests.Rules.SharedState;

public sealed class CheckThenActTests : RuleTests<CheckThenAct, CheckThenActFix>
{
    [Fact]
    public Task A_key_checked_and_then_written_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Stock
        {
            readonly ConcurrentDictionary<string, int> _levels = new();
            void Add(string sku, int n)
            {
                if (!{|#0:_levels.ContainsKey(sku)|})
                    [|_levels[sku] = n|];
            }
            void Replace(string sku, int n)
            {
                if ({|#1:this._levels.ContainsKey(sku)|}) { Console.WriteLine(sku); [|_levels[sku] = n|]; }
            }
            void Early(string sku, int n)
            {
                if ({|#2:_levels.ContainsKey(sku)|}) return;
                Console.WriteLine(n);
                [|_levels[sku] = n|];
            }
            void Bump(string sku)
            {
                if ({|#3:_levels.ContainsKey(sku)|}) [|_levels[sku]++|];
                else [|_levels[sku] = 1|];
            }
            void Sum(string sku, int n)
            {
                if ({|#4:_levels.ContainsKey(sku)|} == true) [|_levels[sku] += n|];
            }
        }
        """,
        messages:
        [
            "'_levels' was checked at line 7 (ContainsKey); another thread can change it before this '_levels[sku]', which then overwrites that change",
            "'_levels' was checked at line 12 (ContainsKey); another thread can change it before this '_levels[sku]', which then overwrites that change",
            "'_levels' was checked at line 16 (ContainsKey); another thread can change it before this '_levels[sku]', which then overwrites that change",
            "'_levels' was checked at line 22 (ContainsKey); another thread can change it before this '_levels[sku]', which then overwrites that change",
            "'_levels' was checked at line 22 (ContainsKey); another thread can change it before this '_levels[sku]', which then overwrites that change",
            "'_levels' was checked at line 27 (ContainsKey); another thread can change it before this '_levels[sku]', which then overwrites that change",
        ]);

    [Fact]
    public Task Every_shape_of_condition_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _d = new();
            void Rename(int k, string name) => _d[k] = name;
            void And(int k, bool b) { if (b && !_d.ContainsKey(k)) [|_d[k] = ""|]; }
            void Or(int k, bool b) { if (b || !_d.ContainsKey(k)) [|_d[k] = ""|]; }
            string Ternary(int k) => _d.ContainsKey(k) ? "" : [|_d[k] = "x"|];
            string Switch(int k) => _d.ContainsKey(k) switch { true => "", false => [|_d[k] = "x"|] };
            void SwitchStatement(int k)
            {
                switch (_d.ContainsKey(k))
                {
                    case false: [|_d[k] = "x"|]; break;
                }
            }
            void Pattern(int k) { if (_d.ContainsKey(k) is false) [|_d[k] = "x"|]; }
            void While(int k)
            {
                while (_d.ContainsKey(k)) k++;
                [|_d[k] = "x"|];
            }
            void DoWhile()
            {
                int k;
                do { k = Random.Shared.Next(); } while (_d.ContainsKey(k));
                [|_d[k] = "x"|];
            }
            void Continue(int[] ks) { foreach (var k in ks) { if (_d.ContainsKey(k)) continue; [|_d[k] = "x"|]; } }
            void Throw(int k) { if (_d.ContainsKey(k)) throw new InvalidOperationException(); [|_d[k] = "x"|]; }
            void ThrowHelper(int k) { if (_d.ContainsKey(k)) { Fail(); } [|_d[k] = "x"|]; }
            void Local(int k) { var known = _d.ContainsKey(k); if (known) return; [|_d[k] = "x"|]; }
            void LocalOfLocal(int k) { var known = _d.ContainsKey(k); var add = !known && k > 0; if (add) [|_d[k] = "x"|]; }
            void Nested(int k, bool b) { if (!_d.ContainsKey(k)) { try { if (b) { [|_d[k] = "x"|]; } } finally { } } }
            void Keys(int k) { if (!_d.Keys.Contains(k)) [|_d[k] = "x"|]; }
            void Interface(int k) { if (!_d.ContainsKey(k)) [|((IDictionary<int, string>)_d).Add(k, "x")|]; }
            void Conditional(C? other, int k) { if (other?._d.ContainsKey(k) == false) [|other._d[k] = "x"|]; }
            string Coalesce(int k) => _d.GetValueOrDefault(k) ?? ([|_d[k] = "x"|]);
            [System.Diagnostics.CodeAnalysis.DoesNotReturn] static void Fail() => throw new InvalidOperationException();
        }
        """);

    [Fact]
    public Task A_missed_TryGetValue_then_a_write_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Prices
        {
            static readonly ConcurrentDictionary<string, List<int>> s_cache = new();
            List<int> Get(string key)
            {
                if (!{|#0:s_cache.TryGetValue(key, out var list)|})
                {
                    list = new List<int>();
                    [|s_cache[key] = list|];
                }
                return list;
            }
            List<int> Early(string key)
            {
                if ({|#1:s_cache.TryGetValue(key, out var list)|}) return list;
                list = Load(key);
                [|s_cache.TryAdd(key, list)|];
                return list;
            }
            List<int> Null(string key)
            {
                {|#2:s_cache.TryGetValue(key, out var list)|};
                if (list == null) { list = Load(key); [|s_cache[key] = list|]; }
                return list;
            }
            List<int> Assigned(string key)
            {
                if (!{|#3:s_cache.TryGetValue(key, out var list)|}) [|s_cache[key] = list = Load(key)|];
                return list;
            }
            async Task<List<int>> LoadAsync(string key)
            {
                if ({|#4:s_cache.TryGetValue(key, out var list)|}) return list;
                list = await Task.FromResult(Load(key));
                [|s_cache[key] = list|];
                return list;
            }
            void Append(string key, int n) => Get(key).Add(n);
            static List<int> Load(string key) => new();
        }
        """);

    [Fact]
    public Task A_value_computed_from_one_read_before_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<string, int> _hits = new();
            void Hit(string page)
            {
                {|#0:_hits.TryGetValue(page, out var n)|};
                [|_hits[page] = n + 1|];
            }
            void Hit2(string page)
            {
                var n = {|#1:_hits[page]|};
                Console.WriteLine(n);
                [|_hits[page] = n + 1|];
            }
            void Hit3(string page)
            {
                var n = {|#2:_hits.GetValueOrDefault(page)|};
                [|_hits[page] = Math.Max(n, 3)|];
            }
            void Hit4(string page)
            {
                if (!{|#3:_hits.TryGetValue(page, out var n)|}) n = 10;
                [|_hits[page] = n + 1|];
            }
        }
        """,
        messages:
        [
            "'_hits' was checked at line 7 (TryGetValue); another thread can change it before this '_hits[page]', which then overwrites that change",
            "'_hits' was checked at line 12 (_hits[page]); another thread can change it before this '_hits[page]', which then overwrites that change",
            "'_hits' was checked at line 18 (GetValueOrDefault); another thread can change it before this '_hits[page]', which then overwrites that change",
            "'_hits' was checked at line 23 (TryGetValue); another thread can change it before this '_hits[page]', which then overwrites that change",
        ]);

    [Fact]
    public Task An_indexer_read_after_ContainsKey_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _d = new();
            string? Get(int k) { if (_d.ContainsKey(k)) return [|_d[k]|]; return null; }
            string Or(int k) => _d.ContainsKey(k) ? [|_d[k]|] : "";
            string Throw(int k) { if (!_d.ContainsKey(k)) throw new KeyNotFoundException(); return [|_d[k]|]; }
            bool And(int k) => _d.ContainsKey(k) && [|_d[k]|].Length > 0;
            bool Not(int k) => !_d.ContainsKey(k) || [|_d[k]|].Length > 0;
            void Forget(int k) => _d.TryRemove(k, out _);
        }
        """,
        messages: [.. new[] { 5, 6, 7, 8, 9 }.Select(line => $"'_d' was checked at line {line} (ContainsKey); another thread can change it before this '_d[k]', which then throws KeyNotFoundException")]);

    [Fact]
    public Task A_removal_that_relies_on_a_check_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        record Session(DateTimeOffset Expires) { public void Close() { } }
        class C
        {
            readonly ConcurrentDictionary<string, Session> _sessions = new();
            void Renew(string id, Session session) => _sessions[id] = session;
            void Expire(string id, DateTimeOffset now)
            {
                if ({|#0:_sessions.TryGetValue(id, out var session)|} && session.Expires < now)
                    [|_sessions.TryRemove(id, out _)|];
            }
            bool ExpireAndTell(string id, DateTimeOffset now)
            {
                if ({|#1:_sessions.TryGetValue(id, out var session)|})
                {
                    if (session.Expires < now)
                        return [|_sessions.TryRemove(id, out _)|];
                }
                return false;
            }
            void Close(string id)
            {
                if ({|#2:_sessions.TryGetValue(id, out var session)|})
                {
                    [|_sessions.TryRemove(id, out _)|];
                    session.Close();
                }
            }
            void Take(string id)
            {
                if ({|#3:_sessions.ContainsKey(id)|})
                {
                    [|_sessions.TryRemove(id, out var session)|];
                    session!.Close();
                }
            }
        }
        """,
        messages:
        [
            "'_sessions' was checked at line 9 (TryGetValue); another thread can change it before this 'TryRemove', which then removes a value that was never checked",
            "'_sessions' was checked at line 14 (TryGetValue); another thread can change it before this 'TryRemove', which then removes a value that was never checked",
            "'_sessions' was checked at line 23 (TryGetValue); another thread can change it before this 'TryRemove', which then removes nothing and nobody notices",
            "'_sessions' was checked at line 31 (ContainsKey); another thread can change it before this 'TryRemove', which then removes nothing and nobody notices",
        ]);

    [Fact]
    public Task A_failed_TryAdd_that_matters_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _d = new();
            readonly ConcurrentDictionary<int, Timer> _timers = new();
            int _count;
            void Duplicate(int k) { if (_d.ContainsKey(k)) throw new InvalidOperationException(); [|_d.TryAdd(k, "")|]; }
            void Counted(int k) { if (!_d.ContainsKey(k)) { [|_d.TryAdd(k, "")|]; _count++; } }
            bool Answered(int k) { if (_d.ContainsKey(k)) return false; _ = [|_d.TryAdd(k, "")|]; return true; }
            void Disposable(int k) { if (!_timers.ContainsKey(k)) [|_timers.TryAdd(k, new Timer(_ => { }))|]; }
        }
        """,
        messages: [.. new[] { 7, 8, 9 }.Select(line => $"'_d' was checked at line {line} (ContainsKey); another thread can change it before this 'TryAdd', which then adds nothing and nobody notices"),
            "'_timers' was checked at line 10 (ContainsKey); another thread can change it before this 'TryAdd', which then adds nothing and nobody notices"]);

    [Fact]
    public Task A_superfluous_check_is_a_suggestion() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _d = new();
            readonly ConcurrentQueue<int> _recent = new();
            void Add(int k) { if (!_d.ContainsKey(k)) [|_d.TryAdd(k, "")|]; }
            void AddBlock(int k) { if (!_d.ContainsKey(k)) { [|_d.TryAdd(k, new string('x', k))|]; } }
            void AddEarly(int k) { if (_d.ContainsKey(k)) return; [|_d.TryAdd(k, "")|]; }
            void Remove(int k) { if (_d.ContainsKey(k)) [|_d.TryRemove(k, out _)|]; }
            void Trim() { while (_recent.Count > 100) [|_recent.TryDequeue(out _)|]; }
            void Reset() { if (_d.Count > 1000) [|_d.Clear()|]; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_limit_whose_refusal_is_told_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentQueue<int> _queue = new();
            readonly ConcurrentStack<int> _stack = new();
            readonly ConcurrentBag<int> _bag = new();
            readonly ConcurrentDictionary<int, int> _d = new();
            readonly BlockingCollection<int> _blocking = new();
            bool Enqueue(int x, int max) { if (_queue.Count < max) { [|_queue.Enqueue(x)|]; return true; } return false; }
            bool Push(int x, int max) { if (_stack.Count < max) [|_stack.Push(x)|]; else return false; return true; }
            void Add(int x, int max) { if (_bag.Count >= max) throw new InvalidOperationException(); [|_bag.Add(x)|]; }
            bool TryAdd(int k, int max) { if (_d.Count >= max) return false; return [|_d.TryAdd(k, k)|]; }
            bool And(int k, int max) => _d.Count < max && [|_d.TryAdd(k, k)|];
            bool Blocking(int x, int max) { if (max <= _blocking.Count()) return false; [|_blocking.Add(x)|]; return true; }
        }
        """,
        messages:
        [
            "'_queue' was checked at line 9 (Count); another thread can change it before this 'Enqueue', which then goes past the limit",
            "'_stack' was checked at line 10 (Count); another thread can change it before this 'Push', which then goes past the limit",
            "'_bag' was checked at line 11 (Count); another thread can change it before this 'Add', which then goes past the limit",
            "'_d' was checked at line 12 (Count); another thread can change it before this 'TryAdd', which then goes past the limit",
            "'_d' was checked at line 13 (Count); another thread can change it before this 'TryAdd', which then goes past the limit",
            "'_blocking' was checked at line 14 (Count); another thread can change it before this 'Add', which then goes past the limit",
        ]);

    [Fact]
    public Task A_bound_that_only_skips_is_a_suggestion() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentQueue<byte[]> _pool = new();
            readonly ConcurrentDictionary<int, string> _names = new();
            readonly AutoResetEvent _room = new(false);
            void Return(byte[] x) { if (_pool.Count < 64) [|_pool.Enqueue(x)|]; }
            void Remember(int k, string name) { if (_names.Count < 64) { [|_names.TryAdd(k, name)|]; } }
            void Wait(byte[] x, int max) { while (_pool.Count >= max) _room.WaitOne(); [|_pool.Enqueue(x)|]; }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_count_that_is_no_limit_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _names = new();
            readonly ConcurrentStack<int> _work = new();
            void Sweep(int k) { if (_names.Count % 32 == 0) _names[k] = ""; }
            void Walk() { while (!_work.IsEmpty) { if (_work.TryPeek(out var x)) Console.WriteLine(x); _work.Push(1); } }
        }
        """);

    [Fact]
    public Task A_memo_of_stateless_values_is_a_suggestion() => Flags(
        """
        using System.Collections.Concurrent;
        sealed class Plan(Type type) { public Type Type { get; } = type; }
        class C
        {
            static readonly ConcurrentDictionary<Type, Plan> s_plans = new();
            static readonly ConcurrentDictionary<Type, string> s_names = new();
            static readonly ConcurrentDictionary<Type, Func<object>?> s_factories = new();
            static readonly ConcurrentDictionary<string, bool> s_known = new();
            Plan Get(Type type)
            {
                if (!s_plans.TryGetValue(type, out var plan))
                {
                    plan = new Plan(type);
                    [|s_plans[type] = plan|];
                }
                return plan;
            }
            string Name(Type type)
            {
                if (s_names.TryGetValue(type, out var name)) return name;
                name = Describe(type);
                [|s_names.TryAdd(type, name)|];
                return name;
            }
            string Name2(Type type) => s_names.TryGetValue(type, out var name) ? name : [|s_names[type] = Describe(type)|];
            Func<object>? Factory(Type type)
            {
                if (!s_factories.TryGetValue(type, out var factory))
                {
                    if (type.IsAbstract) { [|s_factories.TryAdd(type, null)|]; return null; }
                    factory = Compile(type);
                    [|s_factories.TryAdd(type, factory)|];
                }
                return factory;
            }
            bool Known(string path)
            {
                var known = s_known.ContainsKey(path);
                if (!known && File.Exists(path)) { [|s_known.TryAdd(path, true)|]; known = true; }
                return known;
            }
            bool TryGet(Type type, out Plan plan)
            {
                if (!s_plans.TryGetValue(type, out plan!)) { plan = new Plan(type); [|s_plans.TryAdd(type, plan)|]; }
                return plan != null;
            }
            static readonly ConcurrentDictionary<Type, Delegate> s_parsers = new();
            static Func<T> Parser<T>()
            {
                if (!s_parsers.TryGetValue(typeof(T), out var parser)) { parser = MakeParser<T>(); [|s_parsers.TryAdd(typeof(T), parser)|]; }
                return (Func<T>)parser;
            }
            static Func<T> MakeParser<T>() => () => default!;
            void Remember(Plan plan) { if (!s_names.ContainsKey(plan.Type)) { Console.WriteLine(plan); [|s_names[plan.Type] = plan.Type.Name|]; } }
            static string Describe(Type type) => type.Name;
            static Func<object> Compile(Type type) => () => type;
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_cache_of_equivalent_objects_is_a_suggestion() => Flags(
        """
        using System.Collections.Concurrent;
        using System.Security.Cryptography;
        using System.Security.Cryptography.X509Certificates;
        abstract class Serializer { protected int Depth; public abstract byte[] Write(object o); }
        sealed class Plain : Serializer { public override byte[] Write(object o) => [(byte)Depth]; }
        sealed class Script(string text) { public string Text { get; set; } = text; }
        sealed class Token { public string Value { get; set; } = ""; }
        class C
        {
            static readonly ConcurrentDictionary<Type, Serializer> s_serializers = new();
            static readonly ConcurrentDictionary<string, WeakReference> s_scripts = new();
            static readonly ConcurrentDictionary<string, RSA> s_keys = new();
            static readonly ConcurrentDictionary<int, Serializer> s_byKind = new();
            static readonly ConcurrentDictionary<string, Token> s_tokens = new();
            static readonly ConcurrentDictionary<Type, List<string>> s_names = new();
            static readonly ConcurrentDictionary<Type, Delegate> s_parsers = new();
            Token? _fresh;
            Serializer Of(Type type)
            {
                if (!s_serializers.TryGetValue(type, out var serializer))
                {
                    serializer = Make(type);
                    [|s_serializers[type] = serializer|];
                }
                return serializer;
            }
            Script Prepare(string text)
            {
                Script? script;
                if (!s_scripts.TryGetValue(text, out var held) || (script = (Script?)held.Target) == null)
                {
                    script = new Script(text);
                    [|s_scripts[text] = new WeakReference(script)|];
                }
                return script;
            }
            byte[] Sign(X509Certificate2 certificate, byte[] message)
            {
                if (!s_keys.TryGetValue(certificate.Thumbprint, out var rsa))
                {
                    rsa = certificate.GetRSAPrivateKey()!;
                    [|s_keys[certificate.Thumbprint] = rsa|];
                }
                return rsa.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
            }
            Serializer OfKind(int kind)
            {
                if (!s_byKind.TryGetValue(kind, out var serializer))
                {
                    switch (kind)
                    {
                        case 0: serializer = new Plain(); [|s_byKind[kind] = serializer|]; break;
                        default: throw new ArgumentOutOfRangeException(nameof(kind));
                    }
                }
                return serializer;
            }
            void Keep(string user)
            {
                if (!s_tokens.TryGetValue(user, out var token) || token.Value.Length == 0)
                {
                    Console.WriteLine(user);
                    if (_fresh != null) [|s_tokens.TryAdd(user, _fresh)|];
                }
            }
            List<string> Names(Type type)
            {
                if (s_names.TryGetValue(type, out var names)) return names;
                names = new List<string>();
                foreach (var property in type.GetProperties()) names.Add(property.Name);
                [|s_names[type] = names.OrderBy(n => n).ToList()|];
                return names;
            }
            async Task<Serializer> Found(Type type)
            {
                if (s_serializers.TryGetValue(type, out var found)) return found;
                await Task.Run(() => found = Make(type));
                if (found == null) throw new InvalidOperationException();
                [|s_serializers[type] = found|];
                return found;
            }
            Func<T> Parser<T>()
            {
                if (!s_parsers.TryGetValue(typeof(T), out var parser))
                {
                    parser = (Delegate)typeof(C).GetMethod("Make")!.MakeGenericMethod(typeof(T)).Invoke(null, null)!;
                    [|s_parsers.TryAdd(typeof(T), parser)|];
                }
                return (Func<T>)parser;
            }
            static Serializer Make(Type type) => type.IsAbstract ? throw new ArgumentException(null, nameof(type)) : new Plain();
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task Validation_that_may_be_done_twice_is_a_suggestion() => Flags(
        """
        using System.Collections.Concurrent;
        class Authorities
        {
            static readonly ConcurrentDictionary<string, byte> s_validated = new();
            static readonly ConcurrentDictionary<string, bool> s_warned = new();
            async Task ValidateAsync(string host)
            {
                if (!s_validated.ContainsKey(host))
                {
                    await ValidateHostAsync(host).ConfigureAwait(false);
                    [|s_validated.TryAdd(host, 0)|];
                }
            }
            void WarnOnce(string host)
            {
                if (s_warned.ContainsKey(host)) return;
                [|s_warned[host] = true|];
                LogWarning(host);
            }
            static Task ValidateHostAsync(string host) => Task.CompletedTask;
            static void LogWarning(string text) { }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_claim_whose_loser_works_too_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Nodes
        {
            readonly ConcurrentDictionary<int, byte> _taken = new();
            readonly ConcurrentDictionary<int, string> _names = new();
            readonly ConcurrentDictionary<int, Task<string>> _loads = new();
            int _count;
            Stream? Connect(int process)
            {
                if (!_taken.ContainsKey(process))
                {
                    [|_taken.TryAdd(process, 0)|];
                    var stream = TryConnect(process);
                    return stream;
                }
                return null;
            }
            void Early(int process)
            {
                if (_taken.ContainsKey(process)) return;
                [|_taken[process] = 1|];
                Start(process);
            }
            string Counted(int process)
            {
                if (!_names.TryGetValue(process, out var name))
                {
                    name = Describe(process);
                    [|_names[process] = name|];
                    Interlocked.Increment(ref _count);
                }
                return name;
            }
            void FirstWins(int process, string name)
            {
                if (!_names.ContainsKey(process)) [|_names[process] = name|];
            }
            Task<string> LoadAsync(int process)
            {
                if (!_loads.TryGetValue(process, out var load))
                {
                    load = ReadAsync(process);
                    [|_loads[process] = load|];
                }
                return load;
            }
            static Task<string> ReadAsync(int process) => Task.FromResult("");
            static string Describe(int process) => process.ToString();
            static Stream? TryConnect(int process) => null;
            static void Start(int process) { }
        }
        """);

    [Fact]
    public Task A_conflict_that_the_code_looks_at_is_a_suggestion() => Flags(
        """
        using System.Collections.Concurrent;
        class Projects
        {
            readonly ConcurrentDictionary<int, string> _files = new();
            void Note(int id, string file)
            {
                if (_files.TryGetValue(id, out var known))
                    System.Diagnostics.Debug.Assert(known == file);
                else
                    [|_files[id] = file|];
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_read_of_an_entry_that_nobody_removes_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class Kinds
        {
            private readonly ConcurrentDictionary<int, string> _names = new();
            public void Add(int kind, string name) => _names.TryAdd(kind, name);
            public string Name(int kind) => _names.ContainsKey(kind) ? _names[kind] : "";
            public int Count() { foreach (var pair in _names) if (pair.Key < 0) return _names.Count; return 0; }
        }
        """);

    [Fact]
    public Task A_read_of_an_entry_that_others_can_remove_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Kinds
        {
            public ConcurrentDictionary<int, string> Names { get; } = new();
            private readonly ConcurrentDictionary<int, string> _given = new();
            private ConcurrentDictionary<int, string> _swapped = new();
            public string Name(int kind) => Names.ContainsKey(kind) ? [|Names[kind]|] : "";
            public string Given(int kind) => _given.ContainsKey(kind) ? [|_given[kind]|] : "";
            public string Swapped(int kind) => _swapped.ContainsKey(kind) ? [|_swapped[kind]|] : "";
            public void Fill(Action<ConcurrentDictionary<int, string>> fill) => fill(_given);
            public void Reset() => _swapped = new();
        }
        """);

    [Fact]
    public Task An_object_of_one_unit_of_work_is_a_suggestion() => Flags(
        """
        using System.Collections.Concurrent;
        using System.Data.Common;
        class Unit(DbConnection connection)
        {
            readonly DbConnection _connection = connection;
            readonly ConcurrentStack<string> _open = new();
            void Enlist(string name)
            {
                if (!_open.Contains(name)) { _connection.Open(); [|_open.Push(name)|]; }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_consumer_that_fills_plain_state_is_a_suggestion() => Flags(
        """
        using System.Collections.Concurrent;
        class Profile
        {
            readonly ConcurrentQueue<string> _results = new();
            Dictionary<string, int>? _merged;
            void Merge()
            {
                _merged = new Dictionary<string, int>();
                while (!_results.IsEmpty)
                {
                    [|_results.TryDequeue(out var result)|];
                    _merged[result!] = result!.Length;
                }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_loop_of_a_hosted_service_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        using Microsoft.Extensions.Hosting;
        class Worker : BackgroundService
        {
            private readonly ConcurrentDictionary<int, int> _seen = new();
            protected override async Task ExecuteAsync(CancellationToken stoppingToken)
            {
                while (!stoppingToken.IsCancellationRequested)
                {
                    Note(1);
                    await Task.Delay(1000, stoppingToken);
                }
            }
            private void Note(int id) { if (!_seen.ContainsKey(id)) _seen[id] = 1; else _seen[id]++; }
        }
        """);

    [Fact]
    public Task A_copy_that_is_changed_and_written_back_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        struct Score { public int Passed; public int Failed; }
        class Scores
        {
            readonly ConcurrentDictionary<string, Score> _scores = new();
            void Note(string test, bool hasPassed)
            {
                if (!_scores.TryGetValue(test, out var score))
                {
                    [|_scores.TryAdd(test, new Score { Passed = 1 })|];
                    return;
                }
                if (hasPassed) score.Passed++; else score.Failed++;
                [|_scores[test] = score|];
            }
        }
        """);

    [Fact]
    public Task A_value_of_which_only_one_may_exist_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        sealed class Account(string id) { public string Id => id; public decimal Balance { get; set; } }
        class C
        {
            readonly ConcurrentDictionary<string, Account> _accounts = new();
            readonly ConcurrentDictionary<string, List<int>> _lists = new();
            readonly ConcurrentDictionary<string, int> _ids = new();
            readonly ConcurrentDictionary<string, string> _states = new();
            readonly ConcurrentDictionary<string, Stream> _streams = new();
            readonly ConcurrentDictionary<string, bool> _sent = new();
            int _last;
            Account Open(string id) { if (!_accounts.TryGetValue(id, out var a)) { a = new Account(id); [|_accounts[id] = a|]; } return a; }
            List<int> Many(string id) { if (!_lists.TryGetValue(id, out var l)) { l = new List<int>(4); [|_lists[id] = l|]; } return l; }
            int Number(string id) { if (!_ids.TryGetValue(id, out var n)) { n = Interlocked.Increment(ref _last); [|_ids[id] = n|]; } return n; }
            Stream File1(string id) { if (!_streams.TryGetValue(id, out var s)) { s = File.OpenRead(id); [|_streams.TryAdd(id, s)|]; } return s; }
            void Send(string id) { if (!_sent.ContainsKey(id)) { Console.WriteLine(id); [|_sent.TryAdd(id, true)|]; } }
            void Count(string id, Account first)
            {
                if (!_accounts.TryGetValue(id, out var a)) { [|_accounts.TryAdd(id, first)|]; return; }
                a.Balance++;
            }
            string State(string id) { if (!_states.TryGetValue(id, out var s)) { s = string.Concat(id, "new"); [|_states[id] = s|]; } return s; }
            void Move(string id, string to) => _states.AddOrUpdate(id, to, (_, _) => to);
        }
        """);

    [Fact]
    public Task Taking_after_a_look_without_testing_the_result_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentQueue<int> _queue = new();
            readonly ConcurrentStack<string> _stack = new();
            readonly BlockingCollection<int> _blocking = new();
            void IfAny() { if (!_queue.IsEmpty) { [|_queue.TryDequeue(out var x)|]; Console.WriteLine(x); } }
            void WhileAny() { while (_stack.Count > 0) { [|_stack.TryPop(out var x)|]; Console.WriteLine(x!.Length); } }
            void AnyAny() { if (_queue.Any()) { [|_queue.TryDequeue(out var x)|]; Console.WriteLine(x); } }
            void Blocks() { if (_blocking.Count > 0) Console.WriteLine([|_blocking.Take()|]); }
            void Peek(int now) { while (_queue.TryPeek(out var due) && due < now) [|_queue.TryDequeue(out _)|]; }
            bool PeekTested(int now) => _queue.TryPeek(out var due) && due < now && [|_queue.TryDequeue(out _)|];
            void Later(int x) => _queue.TryDequeue(out _);
            void Seed() { if (_queue.IsEmpty) [|_queue.Enqueue(0)|]; }
            void Unique(int x) { if (!_queue.Contains(x)) [|_queue.Enqueue(x)|]; }
            void UniqueBy(string x) { if (_stack.Any(s => s == x)) return; [|_stack.Push(x)|]; }
            void Closed(int x) { if (!_blocking.IsAddingCompleted) [|_blocking.Add(x)|]; }
            void Completed() { while (!_blocking.IsCompleted) Console.WriteLine([|_blocking.Take()|]); }
        }
        """,
        messages:
        [
            "'_queue' was checked at line 7 (IsEmpty); another thread can change it before this 'TryDequeue', which then takes nothing and nobody notices",
            "'_stack' was checked at line 8 (Count); another thread can change it before this 'TryPop', which then takes nothing and nobody notices",
            "'_queue' was checked at line 9 (Any); another thread can change it before this 'TryDequeue', which then takes nothing and nobody notices",
            "'_blocking' was checked at line 10 (Count); another thread can change it before this 'Take', which then blocks until an item comes",
            "'_queue' was checked at line 11 (TryPeek); another thread can change it before this 'TryDequeue', which then takes another item than the one it looked at",
            "'_queue' was checked at line 12 (TryPeek); another thread can change it before this 'TryDequeue', which then takes another item than the one it looked at",
            "'_queue' was checked at line 14 (IsEmpty); another thread can change it before this 'Enqueue', which then adds a second time",
            "'_queue' was checked at line 15 (Contains); another thread can change it before this 'Enqueue', which then adds what the check was to keep out",
            "'_stack' was checked at line 16 (Any); another thread can change it before this 'Push', which then adds what the check was to keep out",
            "'_blocking' was checked at line 17 (IsAddingCompleted); another thread can change it before this 'Add', which then throws InvalidOperationException",
            "'_blocking' was checked at line 18 (IsCompleted); another thread can change it before this 'Take', which then throws InvalidOperationException",
        ]);

    [Fact]
    public Task A_value_that_has_to_be_unique_is_flagged_even_when_TryAdd_is_tested() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _names = new();
            bool Register(int id, string name)
            {
                if (_names.Values.Contains(name)) return false;
                return [|_names.TryAdd(id, name)|];
            }
            bool Rename(int id, string name)
            {
                if (_names.Any(n => n.Value == name)) return false;
                [|_names[id] = name|];
                return true;
            }
        }
        """);

    [Fact]
    public Task Through_parameters_properties_and_locals_that_name_a_field_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Room { public ConcurrentDictionary<string, int> Members { get; } = new(); }
        class C
        {
            static ConcurrentDictionary<int, Room> Rooms { get; } = new();
            void Parameter(ConcurrentDictionary<int, int> d) { if (!d.ContainsKey(1)) [|d[1] = 1|]; else [|d[1]++|]; }
            void Chain(Room room, string m) { if (!room.Members.ContainsKey(m)) [|room.Members[m] = 1|]; }
            void Step(Room room, string m) => room.Members.AddOrUpdate(m, 1, (_, n) => n + 1);
            void Alias(int k) { var rooms = Rooms; if (!rooms.ContainsKey(k)) [|rooms[k] = new()|]; }
            void MixedAlias(int k) { var rooms = Rooms; if (!Rooms.ContainsKey(k)) [|rooms[k] = new()|]; }
            void Element(int k, string m) { if (!Rooms[k].Members.ContainsKey(m)) [|Rooms[k].Members[m] = 1|]; }
            void Shared(int k, string m)
            {
                var room = Rooms.GetOrAdd(k, _ => new Room());
                if (!room.Members.ContainsKey(m)) [|room.Members[m] = 1|];
            }
            void Keys(Room room, string a, int b)
            {
                if (!room.Members.ContainsKey($"{a}:{b}")) [|room.Members[$"{a}:{b}"] = 1|];
                if (!room.Members.ContainsKey(a.ToUpperInvariant())) [|room.Members[a.ToUpperInvariant()] = 1|];
            }
            void Lambda(int k) { Action a = () => { if (!Rooms.ContainsKey(k)) [|Rooms[k] = new()|]; }; a(); }
            static void Derived(Own d) { if (!d.ContainsKey(1)) [|d[1] = 1|]; else [|d[1]++|]; }
            static void Enter(int k, string m) => Rooms[k].Members.TryAdd(m, 1);
            static void Replace(int k, Room room) => Rooms[k] = room;
        }
        class Own : ConcurrentDictionary<int, int> { }
        """);

    [Fact]
    public Task A_local_captured_by_concurrent_code_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        using Microsoft.AspNetCore.Builder;
        class C
        {
            void Parallels(int[] xs)
            {
                var seen = new ConcurrentDictionary<int, int>();
                Parallel.ForEach(xs, x => { if (!seen.ContainsKey(x)) [|seen[x] = 1|]; });
                Parallel.ForEach(xs, Count);
                seen.AddOrUpdate(0, 1, (_, n) => n + 1);
                void Count(int x) { if (!seen.ContainsKey(x)) [|seen[x] = 1|]; }
            }
            async Task Tasks(int[] xs)
            {
                ConcurrentDictionary<int, int> seen = new();
                await Task.WhenAll(xs.Select(async x => { await Task.Yield(); if (!seen.ContainsKey(x)) [|seen[x] = 1|]; }));
                await Task.Run(() => { if (!seen.ContainsKey(1)) [|seen[1] = 1|]; });
                seen.AddOrUpdate(0, 1, (_, n) => n + 1);
            }
            void Endpoints(WebApplication app)
            {
                var store = new ConcurrentDictionary<string, int>();
                app.MapPost("/items/{id}", (string id) => { if (!store.ContainsKey(id)) [|store[id] = 1|]; else [|store[id]++|]; });
            }
            ConcurrentDictionary<int, int>? _published;
            void Published()
            {
                var d = new ConcurrentDictionary<int, int>();
                _published = d;
                if (!d.ContainsKey(1)) [|d[1] = 1|]; else [|d[1]++|];
            }
        }
        """);

    [Fact]
    public Task A_check_in_one_critical_section_and_an_act_outside_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly object _gate = new();
            readonly SemaphoreSlim _one = new(1, 1);
            readonly ConcurrentDictionary<int, string> _d = new();
            void Rename(int k, string name) => _d[k] = name;
            void Lock(int k)
            {
                bool known;
                lock (_gate) { known = _d.ContainsKey(k); }
                if (!known) [|_d[k] = ""|];
            }
            async Task Semaphore(int k)
            {
                await _one.WaitAsync();
                var known = _d.ContainsKey(k);
                _one.Release();
                if (!known) [|_d[k] = ""|];
            }
            void Using(int k) { using (new MemoryStream()) { if (!_d.ContainsKey(k)) [|_d[k] = ""|]; } }
            void WrongCheckInside(int k, int other)
            {
                if (_d.ContainsKey(k)) return;
                lock (_gate) { if (_d.ContainsKey(other)) return; [|_d[k] = ""|]; }
            }
        }
        """);

    [Fact]
    public Task Both_in_one_critical_section_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        using System.Runtime.CompilerServices;
        class AsyncLock { public Task<IDisposable> LockAsync() => throw new NotImplementedException(); }
        class C
        {
            readonly object _gate = new();
            readonly Lock _lock = new();
            readonly SemaphoreSlim _one = new(1, 1);
            readonly AsyncLock _async = new();
            readonly ReaderWriterLockSlim _rw = new();
            readonly ConcurrentDictionary<int, string> _d = new();
            void Rename(int k, string name) => _d[k] = name;
            void Lock(int k) { lock (_gate) { if (!_d.ContainsKey(k)) _d[k] = ""; } }
            void Scope(int k) { using (_lock.EnterScope()) { if (!_d.ContainsKey(k)) _d[k] = ""; } }
            void ScopeDeclaration(int k) { using var scope = _lock.EnterScope(); if (_d.ContainsKey(k)) return; _d[k] = ""; }
            async Task Async(int k) { using (await _async.LockAsync()) { if (!_d.ContainsKey(k)) _d[k] = ""; } }
            async Task Semaphore(int k)
            {
                await _one.WaitAsync();
                try { if (!_d.ContainsKey(k)) { await Task.Yield(); _d[k] = ""; } }
                finally { _one.Release(); }
            }
            async Task Tried(int k)
            {
                if (!await _one.WaitAsync(10)) return;
                try { if (!_d.ContainsKey(k)) _d[k] = ""; }
                finally { _one.Release(); }
            }
            async Task LeavesInBetween(int k)
            {
                await _one.WaitAsync();
                if (_d.ContainsKey(k)) { _one.Release(); return; }
                _d[k] = "";
                _one.Release();
            }
            void Monitors(int k)
            {
                var taken = false;
                try { Monitor.Enter(_gate, ref taken); if (!_d.ContainsKey(k)) _d[k] = ""; }
                finally { if (taken) Monitor.Exit(_gate); }
            }
            void Writer(int k)
            {
                _rw.EnterWriteLock();
                try { if (!_d.ContainsKey(k)) _d[k] = ""; } finally { _rw.ExitWriteLock(); }
            }
            [MethodImpl(MethodImplOptions.Synchronized)]
            void Synchronized(int k) { if (!_d.ContainsKey(k)) _d[k] = ""; }
            void Caller(int k) { lock (_gate) { Core(k); } }
            void Caller2(int k) { lock (_gate) { Middle(k); } }
            void Middle(int k) => Core(k);
            void Core(int k) { if (!_d.ContainsKey(k)) _d[k] = ""; }
        }
        """);

    [Fact]
    public Task A_double_checked_lock_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly object _gate = new();
            readonly SemaphoreSlim _one = new(1, 1);
            readonly ConcurrentDictionary<int, string> _d = new();
            void Rename(int k, string name) => _d[k] = name;
            string Get(int k)
            {
                if (!_d.TryGetValue(k, out var v))
                {
                    lock (_gate)
                    {
                        if (!_d.TryGetValue(k, out v))
                        {
                            v = "x";
                            _d[k] = v;
                        }
                    }
                }
                return v;
            }
            async Task<string> GetAsync(int k)
            {
                if (_d.TryGetValue(k, out var v)) return v;
                await _one.WaitAsync();
                try
                {
                    if (_d.TryGetValue(k, out v)) return v;
                    v = await Task.FromResult("x");
                    _d[k] = v;
                    return v;
                }
                finally { _one.Release(); }
            }
        }
        """);

    [Fact]
    public Task Local_functions_and_protected_helpers_called_in_a_critical_section_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly object _gate = new();
            readonly ConcurrentDictionary<int, string> _d = new();
            public void Local(int k)
            {
                lock (_gate) { Core(); }
                void Core() { if (!_d.ContainsKey(k)) _d[k] = ""; }
            }
            public void Connect(int k) { lock (_gate) { ConnectCore(k); } }
            protected virtual void ConnectCore(int k) { if (!_d.ContainsKey(k)) _d[k] = ""; }
        }
        """);

    [Fact]
    public Task A_tested_removal_is_a_suggestion_where_values_are_never_replaced() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _pending = new();
            void Add(int id, string owner) => _pending.TryAdd(id, owner);
            bool Complete(int id, string owner)
            {
                if (_pending.TryGetValue(id, out var actual) && actual == owner && [|_pending.TryRemove(id, out _)|]) return true;
                return false;
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task The_only_consumer_that_peeks_is_a_suggestion() => Flags(
        """
        using System.Collections.Concurrent;
        class Batches : IDisposable
        {
            readonly ConcurrentQueue<long> _pending = new();
            public void Sent(long id) => _pending.Enqueue(id);
            public void Acknowledge(long id)
            {
                while (_pending.TryPeek(out var next) && next <= id)
                    [|_pending.TryDequeue(out _)|];
            }
            public void Dispose() { while (_pending.TryDequeue(out _)) { } }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_sliding_window_that_peeks_and_adds_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Window(int limit)
        {
            readonly ConcurrentQueue<long> _hits = new();
            public bool Allow(long now)
            {
                while (_hits.TryPeek(out var oldest) && oldest < now - 1000)
                    [|_hits.TryDequeue(out _)|];
                if (_hits.Count >= limit) return false;
                [|_hits.Enqueue(now)|];
                return true;
            }
        }
        """);

    [Fact]
    public Task Code_that_asserts_its_thread_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class Dispatcher { public void VerifyAccess() { } }
        class C(Dispatcher dispatcher)
        {
            readonly ConcurrentDictionary<int, string> _d = new();
            void M(int k) { dispatcher.VerifyAccess(); if (!_d.ContainsKey(k)) _d[k] = ""; }
        }
        """);

    [Fact]
    public Task A_private_helper_that_someone_calls_without_the_lock_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly object _gate = new();
            readonly ConcurrentDictionary<int, string> _d = new();
            public void Rename(int k, string name) => _d[k] = name;
            public void Locked(int k) { lock (_gate) { Core(k); } }
            public void Unlocked(int k) => Core(k);
            void Core(int k) { if (!_d.ContainsKey(k)) [|_d[k] = ""|]; }
            public void Handed(int[] ks) { lock (_gate) { } Array.ForEach(ks, Other); }
            void Other(int k) { if (!_d.ContainsKey(k)) [|_d[k] = ""|]; }
        }
        """);

    [Fact]
    public Task Atomic_acts_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        record Session(DateTimeOffset Expires);
        class C
        {
            readonly ConcurrentDictionary<int, int> _d = new();
            readonly ConcurrentDictionary<int, Session> _sessions = new();
            readonly ConcurrentQueue<int> _queue = new();
            int GetOrAdd(int k) { if (_d.TryGetValue(k, out var v)) return v; return _d.GetOrAdd(k, x => x * 2); }
            bool Tested(int k) { if (_d.ContainsKey(k)) return false; return _d.TryAdd(k, 1); }
            void Tested2(int k) { if (!_d.ContainsKey(k) && !_d.TryAdd(k, 1)) throw new InvalidOperationException(); }
            void Update(int k) { if (_d.TryGetValue(k, out var v)) _d.AddOrUpdate(k, 1, (_, n) => n + v); }
            void Loop(int k)
            {
                while (true)
                {
                    if (!_d.TryGetValue(k, out var v)) { if (_d.TryAdd(k, 1)) return; }
                    else if (_d.TryUpdate(k, v + 1, v)) return;
                }
            }
            void Compare(int k, DateTimeOffset now)
            {
                if (_sessions.TryGetValue(k, out var s) && s.Expires < now) _sessions.TryRemove(KeyValuePair.Create(k, s));
                if (_sessions.TryGetValue(k, out s) && s.Expires < now) _sessions.TryRemove(new KeyValuePair<int, Session>(k, s));
            }
            void RemoveTested(int k) { if (_sessions.ContainsKey(k) && _sessions.TryRemove(k, out var s)) Console.WriteLine(s); }
            void RemoveNullTested(int k) { if (_sessions.ContainsKey(k)) { _sessions.TryRemove(k, out var s); Console.WriteLine(s?.Expires); } }
            void Take() { if (!_queue.IsEmpty && _queue.TryDequeue(out var x)) Console.WriteLine(x); }
            void Take2() { while (!_queue.IsEmpty) { if (!_queue.TryDequeue(out var x)) break; Console.WriteLine(x); } }
            void Drain() { while (!_queue.IsEmpty) _queue.TryDequeue(out _); }
            void DrainNamed() { while (_queue.Count > 0) _queue.TryDequeue(out var dropped); }
            void Claimed(int k) { if (_d.TryAdd(k, 0)) { _d[k] = 5; } }
        }
        """);

    [Fact]
    public Task Another_key_or_collection_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _d = new();
            readonly ConcurrentDictionary<int, string> _other = new();
            readonly ConcurrentQueue<int> _queue = new();
            C? Next { get; set; }
            void Key(int a, int b) { if (!_d.ContainsKey(a)) _d[b] = ""; }
            void Constants() { if (!_d.ContainsKey(1)) _d[2] = ""; }
            void Collection(int k) { if (!_d.ContainsKey(k)) _other[k] = ""; }
            void Reassigned(int k) { if (!_d.ContainsKey(k)) { k++; _d[k] = ""; } }
            void ReassignedByRef(int k) { if (!_d.ContainsKey(k)) { Change(ref k); _d[k] = ""; } }
            void Instance(C a, C b, int k) { if (!a._d.ContainsKey(k)) b._d[k] = ""; }
            void NewKey() { if (!_d.ContainsKey(Guid.NewGuid().GetHashCode())) _d[Guid.NewGuid().GetHashCode()] = ""; }
            void FastPath(int k) { if (_d.IsEmpty) return; _d.TryRemove(k, out _); }
            void Item(int a, int b) { if (!_queue.Contains(a)) _queue.Enqueue(b); }
            ConcurrentDictionary<int, string> Fresh() => new();
            void Called(int k) { if (!Fresh().ContainsKey(k)) Fresh()[k] = ""; }
            void Change(ref int k) => k++;
            void Walk(C c, int k) { if (!c._d.ContainsKey(k)) { c = c.Next!; c._d[k] = ""; } }
        }
        """);

    [Fact]
    public Task An_act_that_nothing_decides_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _d = new();
            void Logged(int k) { if (!_d.ContainsKey(k)) Console.WriteLine("new"); _d[k] = ""; }
            void OldValue(int k, string v) { _d.TryGetValue(k, out var old); _d[k] = v; Console.WriteLine(old); }
            string Read(int k) { if (!_d.ContainsKey(k)) Console.WriteLine(k); return _d[k]; }
            string ReadAbsent(int k) { if (!_d.ContainsKey(k)) return _d[0]; return ""; }
            string Kept(int k) { if (_d.TryGetValue(k, out var v)) return v; throw new KeyNotFoundException(); }
            void Later(int k) { _d[k] = ""; if (_d.ContainsKey(k)) Console.WriteLine(k); }
            void Own(int k) { _d[k] = _d.Count.ToString(); }
            void Killed(int k) { _d.TryGetValue(k, out var v); v = "fresh"; _d[k] = v; }
        }
        """);

    [Fact]
    public Task Collections_that_no_other_thread_can_reach_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class Box { public ConcurrentDictionary<int, int> Map { get; } = new(); }
        class C
        {
            readonly ConcurrentDictionary<int, int> _d = new();
            static readonly ConcurrentDictionary<int, int> s_d = new();
            ConcurrentDictionary<int, int>? _later;
            static C() { if (!s_d.ContainsKey(1)) s_d[1] = 1; }
            public C(int[] xs) { foreach (var x in xs) { if (!_d.ContainsKey(x)) _d[x] = 1; } }
            ConcurrentDictionary<int, int> Build(int[] xs)
            {
                var d = new ConcurrentDictionary<int, int>();
                foreach (var x in xs) { if (!d.ContainsKey(x)) d[x] = 1; else d[x]++; }
                xs.ToList().ForEach(x => { if (!d.ContainsKey(x)) d[x] = 1; });
                _later = d;
                return d;
            }
            Box Fill()
            {
                var box = new Box();
                if (!box.Map.ContainsKey(1)) box.Map[1] = 1;
                return box;
            }
        }
        """);

    [Fact]
    public Task A_constructor_lambda_that_runs_later_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, int> _d = new();
            readonly Timer _timer;
            public C() => _timer = new Timer(_ => { if (!_d.ContainsKey(1)) [|_d[1] = 1|]; });
            public void Hit(int k) => _d.AddOrUpdate(k, 1, (_, n) => n + 1);
        }
        """);

    [Fact]
    public Task A_blocking_collection_whose_exception_is_caught_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly BlockingCollection<int> _work = new();
            void Consume()
            {
                while (!_work.IsCompleted)
                {
                    try { Console.WriteLine(_work.Take()); }
                    catch (InvalidOperationException) { break; }
                }
            }
            void Poll() { while (!_work.IsCompleted) { if (_work.TryTake(out var x, 100)) Console.WriteLine(x); } }
            void Close() { if (!_work.IsAddingCompleted) _work.CompleteAdding(); }
        }
        """);

    [Fact]
    public Task Collections_that_are_not_concurrent_are_ignored() => Ignores(
        """
        class C
        {
            readonly Dictionary<int, string> _d = new();
            readonly Queue<int> _queue = new();
            readonly List<int> _list = [];
            void M(int k)
            {
                if (!_d.ContainsKey(k)) _d[k] = "";
                if (_queue.Count < 5) _queue.Enqueue(k);
                if (!_list.Contains(k)) _list.Add(k);
            }
        }
        """);

    [Fact]
    public Task Test_projects_are_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        namespace Xunit { class FactAttribute : Attribute { } }
        class C
        {
            readonly ConcurrentDictionary<int, string> _d = new();
            [Xunit.Fact] void M() { if (!_d.ContainsKey(1)) _d[1] = ""; }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class C
        {
            readonly ConcurrentDictionary<int, string> _d = new();
            void M(int k) { if (!_d.ContainsKey()) _d[k] = ; if (!_d.ContainsKey(k)) _d[] = ""; if (_d.) _d.TryAdd(); missing[k] = _d[; }
        """,
        allowErrors: true);

    [Fact]
    public Task Old_syntax_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        using System.Collections.Generic;
        class C
        {
            readonly ConcurrentDictionary<int, List<string>> _d = new ConcurrentDictionary<int, List<string>>();
            List<string> Get(int k)
            {
                List<string> v;
                if (!_d.TryGetValue(k, out v))
                {
                    v = new List<string>();
                    [|_d[k] = v|];
                }
                return v;
            }
        }
        """,
        languageVersion: LanguageVersion.CSharp7_3);

    [Fact]
    public Task A_bound_that_no_caller_hears_of_is_suggested() => Flags(
        """
        using System.Collections.Concurrent;
        class Descriptors
        {
            private readonly ConcurrentDictionary<string, Uri> _byName = new();
            public Uri Get(string name)
            {
                if (_byName.TryGetValue(name, out var found))
                    return found;
                found = new Uri(name);
                if ({|#0:_byName.Count|} >= 512)
                    return found;
                return [|_byName.GetOrAdd(name, found)|];
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_bound_that_the_caller_is_told_of_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Seats
        {
            private readonly ConcurrentDictionary<string, Uri> _byName = new();
            public Uri? Take(string name, Uri seat)
            {
                if ({|#0:_byName.Count|} >= 512)
                    return null;
                return [|_byName.GetOrAdd(name, seat)|];
            }
        }
        """);

    [Fact]
    public Task A_memo_of_delegates_is_suggested_whatever_they_do_when_called() => Flags(
        """
        using System.Collections.Concurrent;
        class Converters
        {
            private readonly ConcurrentDictionary<Type, Func<string, object>> _byType = new();
            public Func<string, object> Get(Type type)
            {
                if ({|#0:_byType.TryGetValue(type, out var convert)|})
                    return convert;
                if (type == typeof(Guid))
                    convert = text => Guid.NewGuid();
                else
                    convert = text => text;
                [|_byType.TryAdd(type, convert)|];
                return convert;
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task An_entry_in_what_is_handed_to_a_type_that_only_looks_is_ignored() => Ignores(
        """
        using System.Collections.Concurrent;
        class Known
        {
            private readonly ConcurrentDictionary<string, string> _names = new();
            public void Add(string key, string name)
            {
                if (_names.ContainsKey(key))
                    throw new ArgumentException($"{key} is {_names[key]}");
                Put(key, name);
            }
            private void Put(string key, string name) => _names[key] = name;
            public View Build() => new(_names);
        }
        class View(ConcurrentDictionary<string, string> names) { public int Count => names.Count; }
        """);

    [Fact]
    public Task An_entry_in_what_is_handed_to_a_type_that_removes_is_flagged() => Flags(
        """
        using System.Collections.Concurrent;
        class Known
        {
            private readonly ConcurrentDictionary<string, string> _names = new();
            public string Of(string key) => {|#0:_names.ContainsKey(key)|} ? [|_names[key]|] : "";
            public Sweep Start() => new(_names);
        }
        class Sweep(ConcurrentDictionary<string, string> names) { public void Run() => names.Clear(); }
        """);

    [Fact]
    public Task A_mark_after_what_may_be_done_twice_is_suggested() => Flags(
        """
        using System.Collections.Concurrent;
        class Files
        {
            private readonly ConcurrentDictionary<string, bool> _touched = new();
            public void Touch(string path)
            {
                if ({|#0:_touched.ContainsKey(path)|})
                    return;
                File.SetLastAccessTimeUtc(path, new DateTime(2020, 1, 1));
                [|_touched.TryAdd(path, true)|];
            }
        }
        """,
        severity: DiagnosticSeverity.Info);
}
