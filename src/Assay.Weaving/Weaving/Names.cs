using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>What the compiler made of names, back as a reader knows them.</summary>
internal static class Names
{
    /// <summary>A field: of a property or a captured parameter, the name in the source.</summary>
    public static string Of(FieldDefinition field) => Inner(field.Name);

    /// <summary>A method: of a state machine or a lambda, the method it was written in.</summary>
    public static string Of(MethodDefinition method)
    {
        var type = method.DeclaringType.Name;
        if (method.Name == "MoveNext" && type.StartsWith('<'))
            return Inner(type);
        if (method.Name.StartsWith('<'))
            return method.Name.Contains(">g__", StringComparison.Ordinal) ? method.Name.Split(">g__")[1].Split('|')[0] : $"{Inner(method.Name)} (lambda)";
        return method.Name switch
        {
            ".ctor" or ".cctor" => $"new {type.Split('`')[0]}",
            var accessor when method.IsSpecialName && (accessor.StartsWith("get_", StringComparison.Ordinal) || accessor.StartsWith("set_", StringComparison.Ordinal)) => accessor[4..],
            var plain => plain[(plain.LastIndexOf('.') + 1)..],
        };
    }

    /// <summary>A method with the type that it was written in, as reflection knows it.</summary>
    public static string Whole(MethodDefinition method)
    {
        var type = method.DeclaringType;
        while (type.Name.StartsWith('<') && type.DeclaringType is { } outer)
            type = outer;
        return $"{type.FullName.Replace('/', '+')}.{Of(method)}";
    }

    /// <summary>The same of a loaded method.</summary>
    public static string Whole(System.Reflection.MethodInfo method)
    {
        var type = method.DeclaringType!;
        var name = method.IsSpecialName && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal)) ? method.Name[4..] : method.Name;
        return $"{(type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName}.{name[(name.LastIndexOf('.') + 1)..]}";
    }

    /// <summary>The type of a field where it is used, with the type arguments of its owner put in.</summary>
    public static TypeReference Inflate(FieldReference field) => field.DeclaringType is GenericInstanceType owner ? Inflate(field.FieldType, owner) : field.FieldType;

    /// <summary>The type of a parameter where the method is called.</summary>
    public static TypeReference Inflate(TypeReference type, TypeReference owner, MethodReference called) =>
        Inflate(type, owner as GenericInstanceType, called as GenericInstanceMethod);

    private static TypeReference Inflate(TypeReference type, GenericInstanceType? owner, GenericInstanceMethod? called = null)
    {
        switch (type)
        {
            case GenericParameter { Owner: TypeReference } parameter when owner is not null:
                return owner.GenericArguments[parameter.Position];
            case GenericParameter { Owner: MethodReference } parameter when called is not null:
                return called.GenericArguments[parameter.Position];
            case ByReferenceType reference:
                return new ByReferenceType(Inflate(reference.ElementType, owner, called));
            case GenericInstanceType instance:
                var inflated = new GenericInstanceType(instance.ElementType);
                foreach (var argument in instance.GenericArguments)
                    inflated.GenericArguments.Add(Inflate(argument, owner, called));
                return inflated;
            case ArrayType array:
                return new ArrayType(Inflate(array.ElementType, owner, called), array.Rank);
            case RequiredModifierType modified:
                return Inflate(modified.ElementType, owner, called);
            default:
                return type;
        }
    }

    private static string Inner(string name)
    {
        if (!name.StartsWith('<'))
            return name;
        var end = name.IndexOf('>', StringComparison.Ordinal);
        return end > 1 ? name[1..end] : name;
    }
}

/// <summary>Elements of arrays: their type, and the name that stands for all elements of that type.</summary>
internal static class ElementNames
{
    public static TypeReference Index(ModuleDefinition module) => module.TypeSystem.IntPtr;

    public static string Location(Instruction instruction) => instruction.Operand is TypeReference type ? $"element {type.FullName}" : $"element {instruction.OpCode.Name.Split('.')[1]}";

    /// <summary>Null when the instruction does not say.</summary>
    public static TypeReference? Type(Instruction instruction, ModuleDefinition module) => instruction.OpCode.Code switch
    {
        Code.Ldelem_Any or Code.Stelem_Any => (TypeReference)instruction.Operand,
        Code.Ldelem_I4 or Code.Stelem_I4 => module.TypeSystem.Int32,
        Code.Ldelem_U4 => module.TypeSystem.UInt32,
        Code.Ldelem_I8 or Code.Stelem_I8 => module.TypeSystem.Int64,
        Code.Ldelem_I1 or Code.Stelem_I1 or Code.Ldelem_I2 or Code.Stelem_I2 or Code.Ldelem_U1 or Code.Ldelem_U2 => module.TypeSystem.Int32,
        Code.Ldelem_R4 or Code.Stelem_R4 => module.TypeSystem.Single,
        Code.Ldelem_R8 or Code.Stelem_R8 => module.TypeSystem.Double,
        Code.Ldelem_Ref or Code.Stelem_Ref => module.TypeSystem.Object,
        Code.Stelem_I => module.TypeSystem.IntPtr,
        _ => null,
    };
}
