using Assay.Compiler.Protocol;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Compiler;

/// <summary>Holds a submission against the form of the contract by its symbols, and names what is nearest to what is missing.</summary>
internal static class ContractForm
{
    private static readonly string[] TestFrameworks =
        ["Xunit.FactAttribute", "NUnit.Framework.TestAttribute", "Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute", "TUnit.Core.TestAttribute"];

    /// <summary>What is wrong with the form of a submission that compiles.</summary>
    public static IReadOnlyList<string> Problems(CSharpCompilation compilation, CompileQuestion question)
    {
        var contract = Contract(compilation, question);
        var found = Classes(compilation.Assembly.GlobalNamespace).Where(type => type.AllInterfaces.Contains(contract, SymbolEqualityComparer.Default)).ToArray();
        var problems = new List<string>();
        if (found is [var type])
            problems.AddRange(ConstructorProblems(type, question));
        else
            problems.Add(found.Length == 0
                ? $"no public class implements {contract.ToDisplayString()}{Nearby(compilation, contract)}"
                : $"{found.Length} public classes implement {contract.Name} ({string.Join(", ", found.Select(one => one.Name))}): leave one");
        // Declaring their names would make the analyzers take the submission for tests.
        problems.AddRange(TestFrameworks.Where(name => compilation.Assembly.GetTypeByMetadataName(name) is not null)
            .Select(name => $"{name} is declared: the names of test frameworks are not for submissions"));
        return problems;
    }

    /// <summary>For a submission that does not compile: the contract's members that are missing, each with the nearest name that is there.</summary>
    public static IReadOnlyList<string> Nearest(CSharpCompilation compilation, CompileQuestion question)
    {
        var contract = Contract(compilation, question);
        return
        [
            .. from type in Classes(compilation.Assembly.GlobalNamespace)
               where type.AllInterfaces.Contains(contract, SymbolEqualityComparer.Default)
               from member in contract.GetMembers().OfType<IMethodSymbol>()
               where type.FindImplementationForInterfaceMember(member) is null
               let near = NearestName(member.Name, type)
               select $"{type.Name} lacks {member.ReturnType.ToMinimal()} {member.Name}({string.Join(", ", member.Parameters.Select(p => $"{p.Type.ToMinimal()} {p.Name}"))})" +
                   (near is null ? "" : $"; did you mean {near}?"),
        ];
    }

    private static INamedTypeSymbol Contract(CSharpCompilation compilation, CompileQuestion question) =>
        compilation.References.Select(compilation.GetAssemblyOrModuleSymbol).OfType<IAssemblySymbol>()
            .Select(assembly => assembly.GetTypeByMetadataName(question.Contract)).First(type => type is { DeclaredAccessibility: Accessibility.Public })!;

    private static IEnumerable<string> ConstructorProblems(INamedTypeSymbol type, CompileQuestion question)
    {
        var constructors = type.InstanceConstructors.Where(one => one.DeclaredAccessibility == Accessibility.Public).ToArray();
        var wanted = $"({string.Join(", ", question.Constructor.Select(WithoutNamespaces))})";
        if (constructors is not [var constructor])
            yield return $"{type.Name} has {constructors.Length} public constructors; it needs one, {wanted}";
        else if (!constructor.Parameters.Select(parameter => parameter.Type.ToMetadata()).SequenceEqual(question.Constructor))
            yield return $"{type.Name}'s constructor takes ({string.Join(", ", constructor.Parameters.Select(parameter => parameter.Type.ToMinimal()))}); the contract asks for {wanted}";
        if (type.IsGenericType || type.ContainingType is not null)
            yield return $"{type.Name} must be neither generic nor nested";
    }

    private static string Nearby(CSharpCompilation compilation, INamedTypeSymbol contract)
    {
        if (compilation.Assembly.GetTypeByMetadataName(contract.ToMetadata()) is not null)
            return $": it declares a {contract.Name} of its own, which is another type";
        var wanted = contract.GetMembers().Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
        var classes = Classes(compilation.Assembly.GlobalNamespace).ToList();
        return classes.MaxBy(type => type.GetMembers().Count(member => wanted.Contains(member.Name))) is { } near &&
            (classes.Count == 1 || near.GetMembers().Any(member => wanted.Contains(member.Name)))
                ? $": did you mean {near.Name}? It lacks ': {contract.Name}'"
                : "";
    }

    private static IEnumerable<INamedTypeSymbol> Classes(INamespaceSymbol space) =>
        space.GetMembers().SelectMany(member => member switch
        {
            INamespaceSymbol inner => Classes(inner),
            INamedTypeSymbol { TypeKind: TypeKind.Class, IsAbstract: false, DeclaredAccessibility: Accessibility.Public } type => [type],
            _ => [],
        });

    private static string? NearestName(string name, INamedTypeSymbol type) =>
        type.GetMembers().OfType<IMethodSymbol>().Where(method => method is { MethodKind: MethodKind.Ordinary }).Select(method => method.Name).Distinct()
            .Select(candidate => (Name: candidate, Distance: EditDistance.Between(candidate, name)))
            .Where(candidate => candidate.Distance <= Math.Max(2, name.Length / 2))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name).FirstOrDefault();

    // As a candidate writes them; what else a contract's constructor takes has no keyword.
    private static string WithoutNamespaces(string name) =>
        System.Text.RegularExpressions.Regex.Replace(name, @"(\w+\.)+", "").Replace("Int32", "int", StringComparison.Ordinal).Replace("String", "string", StringComparison.Ordinal);

    private static string ToMinimal(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    private static string ToMetadata(this ITypeSymbol type) => type.ToDisplayString(
        new SymbolDisplayFormat(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces, genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters));
}
