using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>
/// Whether a module's places tell of all shared state that its code touches. If so, runs can be compared by what their steps touched. If not they cannot: two
/// runs might look the same and not be.
/// </summary>
internal static class Openness
{
    public static bool IsOpaque(ModuleDefinition module) => module.GetTypes().Any(IsOpaque);

    private static bool IsOpaque(TypeDefinition type) => HasMethodsOnPlainState(type) || type.Methods.Any(method => method.HasBody && IsOpaque(method));

    // Of structs only the whole is a place, where its address is taken; their methods go on after it.
    private static bool HasMethodsOnPlainState(TypeDefinition type) =>
        type is { IsValueType: true, IsEnum: false } && !type.Name.StartsWith('<') && type.Fields.Any(field => field is { IsStatic: false, IsInitOnly: false }) &&
        type.Methods.Any(method => method is { IsStatic: false, IsConstructor: false, IsSpecialName: false } && !Weaver.IsLeftAlone(method.Name) && method.HasBody && Calls(method));

    private static bool Calls(MethodDefinition method) => method.Body.Instructions.Any(instruction => instruction.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj);

    private static bool IsOpaque(MethodDefinition method)
    {
        // Called from inside of the framework's collections, these read what may change.
        var isLeft = Weaver.IsLeftAlone(method.Name);
        foreach (var instruction in method.Body.Instructions)
        {
            if (isLeft && instruction.OpCode.Code is Code.Ldfld or Code.Stfld && MethodWeaver.FieldOf(instruction) is not null)
                return true;
            // The framework's method as a delegate, called later from anywhere.
            if (instruction.OpCode.Code is Code.Ldftn or Code.Ldvirtftn && ((MethodReference)instruction.Operand).DeclaringType.Scope is AssemblyNameReference)
                return true;
        }

        return false;
    }
}
