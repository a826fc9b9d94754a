using System.Text;
using Assay.Contracts;
using Assay.Grading.Jail;
using Assay.Verify.Exploration;
using Assay.Weaving;
using Assay.Weaving.Observed;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Grading.Tests;

/// <summary>Source text to an assembly, for tests that begin after the compiler's room.</summary>
internal static class Compiled
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path).StartsWith("Microsoft.Win32.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(ContractAttribute).Assembly.Location),
    ];

    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;
        global using Assay.Contracts;
        """;

    /// <summary>Compiles a submission.</summary>
    public static byte[] Assembly(string source)
    {
        var stream = new MemoryStream();
        Compilation([CSharpSyntaxTree.ParseText(source)]).Emit(stream);
        return stream.ToArray();
    }

    /// <summary>Compiles a submission and weaves a copy of it.</summary>
    public static (byte[] Assembly, WovenSubmission Woven) Woven(string source)
    {
        var (image, symbols, sites) = (new MemoryStream(), new MemoryStream(), new SiteTable());
        Compilation([CSharpSyntaxTree.ParseText(SourceText.From(source, Encoding.UTF8), path: "Limiter.cs")]).Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        image.Position = symbols.Position = 0;
        var woven = Weaver.Weave(image, symbols, sites);
        return (image.ToArray(), new WovenSubmission(woven, SiteTableForm.Write(sites), null));
    }

    /// <summary>Binds a submission, which has to be free of errors.</summary>
    public static CSharpCompilation Compilation(IReadOnlyList<SyntaxTree> trees)
    {
        var compilation = CSharpCompilation.Create(
            "Submission",
            [CSharpSyntaxTree.ParseText(SourceText.From(Usings, Encoding.UTF8)), .. trees],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return compilation;
    }
}
