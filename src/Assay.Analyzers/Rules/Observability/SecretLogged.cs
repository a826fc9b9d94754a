using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Logging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Observability;

/// <summary>Finds values that are named like secrets and written to a log, where more people read them than may.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SecretLogged() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY7003",
        category: Category.Observability,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A secret is written to the log",
        messageFormat: "'{0}' is written to the log as it is: whoever can read the log, a backup or a support ticket can use it");

    private static readonly RuleOption<string> s_names = new(
        "ASSAY7003.names",
        "",
        "More names that say that a value is a secret, separated by commas: `pin, taxNumber`.");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // The passwords of tests are no secrets.
        if (types.IsTestProject() || LogLibraries.Of(types) is not { } libraries)
            return;
        context.RegisterBodyAction(libraries.Words, c => Check(c, libraries), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, LogLibraries libraries)
    {
        if (libraries.Read((IInvocationOperation)context.Operation) is not { } line)
            return;
        var written = s_names.Read(context.Options.AnalyzerConfigOptionsProvider, line.Call.Syntax.SyntaxTree);
        string[] names = written.Length == 0 ? [] : written.Split([','], StringSplitOptions.RemoveEmptyEntries);
        foreach (var value in line.Values)
            CheckValue(context, value, names);
        if (line.Text is { } text && TextPieces.Of(text.Value) is { } pieces)
        {
            foreach (var piece in pieces)
            {
                if (piece.Value is { } value)
                    CheckValue(context, value, names);
            }
        }
    }

    private static void CheckValue(OperationAnalysisContext context, IOperation value, string[] names)
    {
        if (SecretIn(value, names, mayFollow: true) is not null)
            context.ReportDiagnostic(Descriptor.At(value.Syntax.GetLocation(), value.Syntax.ToString()));
    }

    // A constant is in the source already, and a number or a time is no secret under any name.
    private static IOperation? SecretIn(IOperation value, string[] names, bool mayFollow)
    {
        value = value.Bare();
        if (value.ConstantValue.HasValue)
            return null;
        switch (value)
        {
            case ICoalesceOperation choice:
                return SecretIn(choice.Value, names, mayFollow);
            case IConditionalAccessOperation { WhenNotNull: var next }:
                return SecretIn(next, names, mayFollow);
            case IInvocationOperation { TargetMethod.Name: "ToString" or "Trim" or "ToCharArray", Instance: { } owner }:
                return SecretIn(owner, names, mayFollow);
        }
        if (!HoldsText(value.Type))
            return null;
        if (NameOf(value) is { } name && SecretNames.Says(name, names))
            return value;
        // `var text = options.Password;`
        return mayFollow && value is ILocalReferenceOperation local && LocalWrites.OnlyValue(local) is { } source ? SecretIn(source, names, mayFollow: false) : null;
    }

    // What a method makes of a secret, such as a mask or a hash, is named by the method.
    private static string? NameOf(IOperation value) => value switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        IPropertyReferenceOperation { Arguments: { Length: 1 } key } => KeyOf(key[0]),
        IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } member => member.Member.Name,
        IInvocationOperation { TargetMethod.Name: "GetConnectionString" } => "ConnectionString",
        IInvocationOperation { TargetMethod: { Name: "GetEnvironmentVariable", ContainingType.Name: "Environment" }, Arguments: { Length: > 0 } key } => KeyOf(key[0]),
        _ => null,
    };

    private static string? KeyOf(IArgumentOperation key) => key.Value.ConstantValue is { HasValue: true, Value: string text } ? text : null;

    private static bool HoldsText(ITypeSymbol? type) => type switch
    {
        null => false,
        IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Char or SpecialType.System_Byte } => true,
        { SpecialType: SpecialType.System_String or SpecialType.System_Object } => true,
        { Name: "SecureString" or "StringValues" } => true,
        _ => false,
    };
}
