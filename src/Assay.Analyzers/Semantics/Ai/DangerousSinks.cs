using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Sql;
using Assay.Analyzers.Semantics.ValueFlow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Ai;

/// <summary>A place where text does something.</summary>
/// <param name="Value">The text.</param>
/// <param name="Effect">What it does, after its name: "runs as SQL".</param>
/// <param name="IsUrl">Whether only its beginning matters.</param>
internal sealed record Danger(IOperation Value, string Effect, bool IsUrl = false);

/// <summary>Finds the places where a text is executed, opened, shown, called or loaded.</summary>
internal sealed class DangerousSinks(KnownTypes types)
{
    private const string Code = "names the code that is loaded";
    private const string File = "names a file";

    private readonly SqlSinks? _sql = SqlSinks.Of(types);

    /// <summary>The words without which a body does nothing of the kind.</summary>
    public static Words Words { get; } = Words.Of(
        "CommandText", "*Command", "FromSqlRaw", "SqlQueryRaw", "ExecuteSqlRaw", "ExecuteSqlRawAsync", "Query*", "Execute*", "Process", "ProcessStartInfo",
        "File", "Directory", "FileStream", "StreamReader", "StreamWriter", "FileInfo", "DirectoryInfo",
        "HtmlString", "Raw", "MarkupString", "Content", "Redirect", "GetAsync", "GetStringAsync", "GetByteArrayAsync", "GetStreamAsync", "PostAsync", "HttpRequestMessage", "GetType", "Assembly", "Activator", "Regex",
        "CSharpScript", "Compute");

    /// <summary>The kinds of operations that <see cref="Read"/> looks at.</summary>
    public static OperationKind[] Kinds { get; } = [OperationKind.Invocation, OperationKind.ObjectCreation, OperationKind.SimpleAssignment, OperationKind.Conversion];

    /// <summary>What the operation does with text; nothing for other operations.</summary>
    public IEnumerable<Danger> Read(IOperation operation)
    {
        if (_sql?.Read(operation) is { } sql)
            return [new Danger(sql.Text, "runs as SQL")];
        return operation switch
        {
            IInvocationOperation { TargetMethod: { ContainingType: { } owner } method } call => OfCall(call, owner, method.Name),
            IObjectCreationOperation { Type: INamedTypeSymbol made } creation => OfCreation(creation, made),
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { Name: "FileName" or "Arguments", ContainingType.Name: "ProcessStartInfo" } } } assignment =>
                [new Danger(assignment.Value, "is started as a program")],
            IConversionOperation { Type.Name: "MarkupString", Operand: { Type.SpecialType: SpecialType.System_String } shown } => [new Danger(shown, "is shown as HTML")],
            _ => [],
        };
    }

    private static IEnumerable<Danger> OfCall(IInvocationOperation call, INamedTypeSymbol owner, string method) => (owner.Name, method) switch
    {
        ("Process", "Start") => Of(call.Arguments, "is started as a program", "fileName", "arguments"),
        ("File" or "Directory", _) when IsIn(owner, "IO") => Of(call.Arguments, File, "path", "sourceFileName", "destFileName", "destinationFileName"),
        ("IHtmlHelper" or "HtmlHelper", "Raw") => Of(call.Arguments, "is shown as HTML", "value"),
        ("Results" or "TypedResults" or "ControllerBase", "Content") when SaysHtml(call.Arguments) => Of(call.Arguments, "is shown as HTML", "content"),
        ("Results" or "TypedResults" or "ControllerBase" or "HttpResponse" or "PageModel", "Redirect" or "RedirectPermanent") => OfUrl(call.Arguments, "is where the client is sent", "url", "location"),
        ("HttpClient", "GetAsync" or "GetStringAsync" or "GetByteArrayAsync" or "GetStreamAsync" or "PostAsync") => OfUrl(call.Arguments, "is the address that the server calls", "requestUri"),
        ("Type", "GetType") => Of(call.Arguments, Code, "typeName"),
        ("Assembly", "Load" or "LoadFrom" or "LoadFile" or "UnsafeLoadFrom") => Of(call.Arguments, Code, "assemblyString", "assemblyFile", "path"),
        ("Activator", "CreateInstance" or "CreateInstanceFrom") => Of(call.Arguments, Code, "assemblyName", "typeName", "assemblyFile"),
        ("Regex", _) when call.TargetMethod.IsStatic && !HasTimeout(call.Arguments) && method != "Escape" => Of(call.Arguments, "is a pattern that may take hours to match", "pattern"),
        ("CSharpScript", _) => Of(call.Arguments, "runs as code", "code"),
        ("DataTable", "Compute") => Of(call.Arguments, "is evaluated as an expression", "expression", "filter"),
        _ => [],
    };

    private static IEnumerable<Danger> OfCreation(IObjectCreationOperation creation, INamedTypeSymbol made) => made.Name switch
    {
        "ProcessStartInfo" => Of(creation.Arguments, "is started as a program", "fileName", "arguments"),
        "FileStream" or "StreamReader" or "StreamWriter" or "FileInfo" or "DirectoryInfo" when IsIn(made, "IO") => Of(creation.Arguments, File, "path", "fileName"),
        "HtmlString" or "MarkupString" => Of(creation.Arguments, "is shown as HTML", "value"),
        "HttpRequestMessage" => OfUrl(creation.Arguments, "is the address that the server calls", "requestUri"),
        "RedirectResult" => OfUrl(creation.Arguments, "is where the client is sent", "url"),
        "Regex" when !HasTimeout(creation.Arguments) => Of(creation.Arguments, "is a pattern that may take hours to match", "pattern"),
        _ => [],
    };

    private static IEnumerable<Danger> OfUrl(IEnumerable<IArgumentOperation> arguments, string effect, params string[] names) =>
        Of(arguments, effect, names).Select(d => d with { IsUrl = true });

    private static IEnumerable<Danger> Of(IEnumerable<IArgumentOperation> arguments, string effect, params string[] names)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter is { Name: var name } && Array.IndexOf(names, name) >= 0 && !argument.Value.Bare().ConstantValue.HasValue)
                yield return new Danger(argument.Value, effect);
        }
    }

    private static bool SaysHtml(IEnumerable<IArgumentOperation> arguments) =>
        arguments.Any(a => a.Parameter?.Name == "contentType" && a.Value.ConstantValue is { HasValue: true, Value: string type } && type.IndexOf("html", StringComparison.OrdinalIgnoreCase) >= 0);

    private static bool HasTimeout(IEnumerable<IArgumentOperation> arguments) => arguments.Any(a => a.Parameter?.Name == "matchTimeout");

    private static bool IsIn(INamedTypeSymbol type, string space) => type.ContainingNamespace is { Name: var name, ContainingNamespace.Name: "System" } && name == space;
}
