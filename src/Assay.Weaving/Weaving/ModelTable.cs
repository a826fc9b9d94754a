using Assay.Weaving.Models;
using Mono.Cecil;

namespace Assay.Weaving;

/// <summary>Which method stands in for which, by signature. Read once from this assembly's own metadata.</summary>
internal sealed class ModelTable
{
    private readonly Dictionary<string, MethodDefinition> _models = [];
    private readonly HashSet<string> _types = [];

    private ModelTable()
    {
        var module = ModuleDefinition.ReadModule(typeof(ModelTable).Assembly.Location);
        foreach (var type in module.Types)
        {
            if (type.CustomAttributes.FirstOrDefault(attribute => attribute.AttributeType.Name == nameof(ModelsAttribute)) is not { } marked)
                continue;
            var modelled = (TypeReference)marked.ConstructorArguments[0].Value;
            _types.Add(modelled.FullName);
            foreach (var method in type.Methods.Where(method => method is { IsPublic: true, IsStatic: true }))
                _models[KeyOf(modelled.FullName, Arity(modelled.FullName), method)] = method;
        }

        Hooks = module.Types.Single(type => type.Name == nameof(Weaving.Hooks)).Methods.ToDictionary(method => method.Name);
    }

    public static ModelTable Instance { get; } = new();

    public IReadOnlyDictionary<string, MethodDefinition> Hooks { get; }

    public bool Knows(TypeReference type) => _types.Contains(type.GetElementType().FullName);

    /// <summary>The model of a called method; null when it has none.</summary>
    public MethodDefinition? Find(MethodReference called)
    {
        var name = called.Name == ".ctor" ? "New" : called.Name;
        var instance = called.HasThis && called.Name != ".ctor";
        var parameters = called.Parameters.Select(parameter => Spell(parameter.ParameterType, 0));
        return _models.GetValueOrDefault($"{called.DeclaringType.GetElementType().FullName}::{name}({(instance ? "this," : "")}{string.Join(',', parameters)})`{called.GenericParametersCount()}");
    }

    private static string KeyOf(string modelled, int typeArity, MethodDefinition model)
    {
        // The last parameter is the number of the place. Of those modelled, only static methods begin with two of their own type.
        var parameters = model.Parameters.Take(model.Parameters.Count - 1).ToList();
        var instance = parameters.Count > 0 && parameters[0].ParameterType is not ArrayType && (parameters[0].ParameterType is ByReferenceType reference ? reference.ElementType : parameters[0].ParameterType).GetElementType().FullName == modelled &&
            model.Name != "New" && (parameters.Count == 1 || parameters[1].ParameterType.FullName != modelled);
        var spelled = parameters.Skip(instance ? 1 : 0).Select(parameter => Spell(parameter.ParameterType, typeArity));
        return $"{modelled}::{model.Name}({(instance ? "this," : "")}{string.Join(',', spelled)})`{model.GenericParameters.Count - typeArity}";
    }

    private static int Arity(string name) =>
        name.LastIndexOf('`') is >= 0 and var mark ? int.Parse(name.AsSpan(mark + 1), System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static string Spell(TypeReference type, int typeArity) => type switch
    {
        GenericParameter { Owner: TypeReference } parameter => $"!{parameter.Position}",
        GenericParameter parameter => parameter.Position < typeArity ? $"!{parameter.Position}" : $"!!{parameter.Position - typeArity}",
        GenericInstanceType instance => $"{instance.ElementType.FullName}<{string.Join(',', instance.GenericArguments.Select(argument => Spell(argument, typeArity)))}>",
        ByReferenceType reference => Spell(reference.ElementType, typeArity) + "&",
        ArrayType array => Spell(array.ElementType, typeArity) + "[]",
        _ => type.FullName,
    };
}

/// <summary>What Cecil does not say in one word.</summary>
internal static class References
{
    /// <summary>A type as its own methods mean it: a generic one with its own parameters as arguments.</summary>
    public static TypeReference Self(TypeDefinition type)
    {
        if (!type.HasGenericParameters)
            return type;
        var self = new GenericInstanceType(type);
        foreach (var parameter in type.GenericParameters)
            self.GenericArguments.Add(parameter);
        return self;
    }

    public static int GenericParametersCount(this MethodReference method) => method is GenericInstanceMethod instance ? instance.GenericArguments.Count : method.GenericParameters.Count;
}
