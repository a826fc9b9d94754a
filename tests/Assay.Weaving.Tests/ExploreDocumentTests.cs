using System.Reflection;
using Microsoft.CodeAnalysis;
using Xunit.Sdk;

namespace Assay.Weaving.Tests;

/// <summary>The test that the document shows is compiled as it stands there, and run.</summary>
public sealed class ExploreDocumentTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("assay-explore");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_documented_test_passes_over_an_account_with_a_lock() =>
        Run("public class Account { private readonly object _gate = new(); private int _sum; public int Balance => _sum; public void Deposit(int amount) { lock (_gate) _sum += amount; } }");

    [Fact]
    public void The_documented_test_fails_over_an_account_without_and_shows_the_schedule()
    {
        var failure = Assert.Throws<TrueException>(() => Run("public class Account { private int _sum; public int Balance => _sum; public void Deposit(int amount) => _sum += amount; }"));
        Assert.Contains("read _sum of Account#1 = 0", failure.Message, StringComparison.Ordinal);
    }

    private void Run(string account)
    {
        var test = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "exploration.md")).Split("```csharp\n")[1].Split("```")[0];
        var references = Compiled.Framework.Concat(new[] { typeof(Explore), typeof(Verify.Exploration.ExplorationResult), typeof(Assert), typeof(FactAttribute) }.Select(type => MetadataReference.CreateFromFile(type.Assembly.Location)));
        var (image, symbols) = Compiled.Compile(references, ("Documented.cs", $"using Assay.Weaving;\nusing Xunit;\n{account}\npublic class Documented\n{{\n{test}\n}}"));
        // Woven from its file, as a test's own assembly is.
        var unnamed = Path.Combine(_folder.FullName, "unnamed.dll");
        File.WriteAllBytes(unnamed, image.ToArray());
        var path = Path.Combine(_folder.FullName, AssemblyName.GetAssemblyName(unnamed).Name + ".dll");
        File.Move(unnamed, path);
        File.WriteAllBytes(Path.ChangeExtension(path, ".pdb"), symbols.ToArray());
        var code = Assembly.LoadFrom(path).GetType("Documented")!;
        code.GetMethods().Single(method => method.IsDefined(typeof(FactAttribute))).Invoke(Activator.CreateInstance(code), BindingFlags.DoNotWrapExceptions, null, null, null);
    }
}
