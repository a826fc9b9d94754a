using System.Collections.Immutable;
using System.Reflection;
using Assay.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.CodeFixes;

/// <summary>All rules with their fixes, found by reflection: a new rule or fix is a new file and no edited list.</summary>
public static class RuleCatalogue
{
    /// <summary>Every rule, ordered by ID.</summary>
    public static ImmutableArray<RuleEntry> All { get; } = Find();

    /// <summary>New instances of all analyzers; suppressors report nothing of their own.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> CreateAnalyzers() =>
        [.. ConcreteTypes<DiagnosticAnalyzer>(typeof(RuleAnalyzer).Assembly).Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type))];

    private static ImmutableArray<RuleEntry> Find()
    {
        var fixes = ConcreteTypes<CodeFixProvider>(typeof(RuleFix).Assembly)
            .SelectMany(type => ((CodeFixProvider)Activator.CreateInstance(type)).FixableDiagnosticIds.Select(id => (id, type)))
            .ToDictionary(pair => pair.id, pair => pair.type);
        return [.. from type in typeof(RuleAnalyzer).Assembly.GetTypes()
                   let descriptor = type.GetField("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as DiagnosticDescriptor
                   where descriptor is not null
                   orderby descriptor.Id
                   select new RuleEntry(type, descriptor, fixes.TryGetValue(descriptor.Id, out var fix) ? fix : null, OptionsOf(type))];
    }

    private static ImmutableArray<IRuleOption> OptionsOf(Type rule) =>
        [.. rule.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .Where(field => typeof(IRuleOption).IsAssignableFrom(field.FieldType))
            .Select(field => (IRuleOption)field.GetValue(null))
            .OrderBy(option => option.Key, StringComparer.Ordinal)];

    private static IEnumerable<Type> ConcreteTypes<T>(Assembly assembly) =>
        assembly.GetTypes().Where(type => typeof(T).IsAssignableFrom(type) && !type.IsAbstract && !typeof(DiagnosticSuppressor).IsAssignableFrom(type)).OrderBy(type => type.FullName, StringComparer.Ordinal);
}

/// <summary>A rule of the catalogue.</summary>
/// <param name="Type">The type that declares the descriptor; its name is the rule's name.</param>
/// <param name="Descriptor">What the rule reports.</param>
/// <param name="FixType">The type of its fix, or null when it has none.</param>
/// <param name="Options">Its settings in .editorconfig.</param>
public sealed record RuleEntry(Type Type, DiagnosticDescriptor Descriptor, Type? FixType, ImmutableArray<IRuleOption> Options)
{
    public string Id => Descriptor.Id;

    public string Name => Type.Name;

    /// <summary>A new instance of the fix, or null when the rule has none.</summary>
    public CodeFixProvider? CreateFix() => FixType is null ? null : (CodeFixProvider)Activator.CreateInstance(FixType);
}
