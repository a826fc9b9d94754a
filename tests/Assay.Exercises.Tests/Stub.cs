using System.Reflection;
using System.Text;

namespace Assay.Exercises.Tests;

/// <summary>Writes a solution of an exercise that does nothing and answers with defaults.</summary>
internal static class Stub
{
    public static IReadOnlyList<SourceText> Of(Exercise exercise)
    {
        var text = new StringBuilder("using System;\nnamespace Candidate;\n#nullable disable\n");
        text.Append($"public sealed class Stub({Parameters(exercise.ConstructorParameters)}) : {Name(exercise.Contract)}\n{{\n");
        foreach (var method in exercise.Contract.GetMethods())
            text.Append($"    public {Name(method.ReturnType)} {method.Name}({Parameters([.. method.GetParameters().Select(parameter => parameter.ParameterType)])}) {Body(method)}\n");
        return [new SourceText("Stub.cs", text.Append("}\n").ToString())];
    }

    private static string Body(MethodInfo method) =>
        method.ReturnType == typeof(void) ? "{ }"
        : method.ReturnType == typeof(Task) ? "=> System.Threading.Tasks.Task.CompletedTask;"
        : method.ReturnType.IsSubclassOf(typeof(Task)) ? $"=> System.Threading.Tasks.Task.FromResult(default({Name(method.ReturnType.GenericTypeArguments[0])}));"
        : "=> default;";

    private static string Parameters(IReadOnlyList<Type> types) => string.Join(", ", types.Select((type, number) => $"{Name(type)} p{number}"));

    private static string Name(Type type)
    {
        if (type == typeof(void))
            return "void";
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return $"global::{type.FullName}";
        return $"global::{type.FullName![..type.FullName!.IndexOf('`')]}<{string.Join(", ", type.GenericTypeArguments.Select(Name))}>";
    }
}
