using System.Globalization;
using System.Text;

namespace Assay.Bench;

/// <summary>Generated code of a size that no person writes and that generators do: what an analysis must grow linearly with.</summary>
internal static class ScaleSources
{
    /// <summary>One shape of large code by its size.</summary>
    /// <param name="Name">What is large about it.</param>
    /// <param name="Largest">The size at which it is asked for.</param>
    /// <param name="Unit">What the size counts.</param>
    /// <param name="Write">The source of a size.</param>
    public sealed record Shape(string Name, int Largest, string Unit, Func<int, string> Write);

    public static IReadOnlyList<Shape> All { get; } =
    [
        new("one type, a quarter as many fields", 2000, "methods", WideType),
        new("one method under changing locks", 10_000, "lines", LongMethod),
        new("methods that call each other in a ring", 2000, "methods", Ring),
        new("methods that each call twenty others", 1000, "methods", Mesh),
        new("types with a lock and a missed access", 5000, "types", ManyTypes),
        new("locks that nest across types", 1000, "types", LockChain),
        new("explicit acquires and releases", 1000, "methods", ExplicitLocks),
    ];

    private static string WideType(int methods)
    {
        var fields = Math.Max(1, methods / 4);
        return Type("Wide", text =>
        {
            Write(text, $"private readonly object _gate = new();");
            for (var i = 0; i < fields; i++)
                Write(text, $"private int _field{i};");
            for (var i = 0; i < methods; i++)
            {
                var (one, other) = (i % fields, (i * 7 + 3) % fields);
                if (i % 10 == 9)
                    Write(text, $"public int Read{i}() => _field{one};");
                else
                    Write(text, $"public void Change{i}(int value) {{ lock (_gate) {{ _field{one} += value; if (_field{other} > value) _field{other} = 0; }} }}");
            }
        });
    }

    private static string LongMethod(int lines) => Type("Long", text =>
    {
        Write(text, $"private readonly object _gate = new(); private readonly System.Threading.SemaphoreSlim _turn = new(1, 1); private int _sum; private int _count;");
        Write(text, $"public int Read() {{ lock (_gate) return _sum; }}");
        Write(text, $"public void Run(int value) {{");
        for (var i = 0; i < lines / 5; i++)
        {
            Write(text, $"lock (_gate) {{ _sum += value; }}");
            Write(text, $"if (value > {i}) {{ _turn.Wait();");
            Write(text, $"try {{ _count++; }}");
            Write(text, $"finally {{ _turn.Release(); }} }}");
            Write(text, $"else {{ _count = {i}; }}");
        }
        Write(text, $"}}");
    });

    private static string Ring(int methods) => Type("Ring", text =>
    {
        Write(text, $"private readonly object _gate = new(); private int _state;");
        Write(text, $"public void Start() {{ lock (_gate) Step0(1); }}");
        for (var i = 0; i < methods; i++)
            Write(text, $"private void Step{i}(int depth) {{ _state += depth; if (depth < 9) Step{(i + 1) % methods}(depth + 1); }}");
    });

    private static string Mesh(int methods) => Type("Mesh", text =>
    {
        Write(text, $"private readonly object _gate = new(); private int _state;");
        Write(text, $"public void Start() {{ lock (_gate) Node0(); }}");
        for (var i = 0; i < methods; i++)
        {
            Write(text, $"private void Node{i}() {{ _state++;");
            for (var k = 1; k <= 20; k++)
                Write(text, $"if (_state < {k}) Node{(i * k + k) % methods}();");
            Write(text, $"}}");
        }
    });

    private static string ManyTypes(int types)
    {
        var text = new StringBuilder();
        for (var i = 0; i < types; i++)
        {
            text.Append(Type($"Small{i}", inner => Write(inner,
                $"private readonly object _gate = new(); private int _n; public void Add() {{ lock (_gate) _n++; }} public void Take() {{ lock (_gate) _n--; }} public int Read() => _n;")));
        }
        return text.ToString();
    }

    private static string LockChain(int types)
    {
        var text = new StringBuilder();
        for (var i = 0; i < types; i++)
        {
            text.Append(Type($"Link{i}", inner => Write(inner,
                $"private readonly object _gate = new(); private int _n; internal void Go(Link{(i + 1) % types} next) {{ lock (_gate) {{ _n++; next.Enter(); }} }} internal void Enter() {{ lock (_gate) _n++; }}")));
        }
        return text.ToString();
    }

    private static string ExplicitLocks(int methods) => Type("Explicit", text =>
    {
        Write(text, $"private readonly object _gate = new(); private readonly System.Threading.ReaderWriterLockSlim _access = new(); private int _a; private int _b;");
        for (var i = 0; i < methods; i++)
        {
            if (i % 2 == 0)
                Write(text, $"public void M{i}(int v) {{ var taken = false; try {{ System.Threading.Monitor.Enter(_gate, ref taken); _a += v; }} finally {{ if (taken) System.Threading.Monitor.Exit(_gate); }} }}");
            else
                Write(text, $"public int M{i}(int v) {{ _access.EnterWriteLock(); try {{ if (v > {i}) return _b; _b = v; }} finally {{ _access.ExitWriteLock(); }} return v; }}");
        }
    });

    private static string Type(string name, Action<StringBuilder> members)
    {
        var text = new StringBuilder();
        Write(text, $"public sealed class {name} {{");
        members(text);
        Write(text, $"}}");
        return text.ToString();
    }

    private static void Write(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
