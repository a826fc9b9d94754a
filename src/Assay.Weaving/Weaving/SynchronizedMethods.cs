using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>Methods marked as synchronized: the runtime would enter a real monitor before the first instruction, so the same is written out as a lock statement, and woven as any other.</summary>
internal static class SynchronizedMethods
{
    /// <summary>Writes the lock of a method that has one into its body, whose macros are simplified.</summary>
    public static void Open(MethodDefinition method)
    {
        if (!method.IsSynchronized)
            return;
        method.IsSynchronized = false;
        var (body, code) = (method.Body, method.Body.GetILProcessor());
        var gate = Variable(body, method.Module.TypeSystem.Object);
        var result = method.ReturnType.MetadataType == MetadataType.Void ? null : Variable(body, method.ReturnType);
        var returns = body.Instructions.Where(instruction => instruction.OpCode.Code == Code.Ret).ToList();
        var first = body.Instructions[0];
        foreach (var instruction in Enter(method, gate))
            code.InsertBefore(first, instruction);
        var leave = Late(Instruction.Create(OpCodes.Ldloc, gate));
        var end = Late(result is null ? Instruction.Create(OpCodes.Ret) : Instruction.Create(OpCodes.Ldloc, result));
        foreach (var instruction in returns)
            Return(code, instruction, result, end);
        code.Append(leave);
        code.Append(Late(Instruction.Create(OpCodes.Call, Monitor(method, nameof(System.Threading.Monitor.Exit)))));
        code.Append(Late(Instruction.Create(OpCodes.Endfinally)));
        code.Append(end);
        if (result is not null)
            code.Append(Late(Instruction.Create(OpCodes.Ret)));
        // The outermost comes last.
        body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Finally) { TryStart = first, TryEnd = leave, HandlerStart = leave, HandlerEnd = end });
    }

    private static IEnumerable<Instruction> Enter(MethodDefinition method, VariableDefinition gate)
    {
        if (method.IsStatic)
        {
            yield return Instruction.Create(OpCodes.Ldtoken, References.Self(method.DeclaringType));
            yield return Instruction.Create(OpCodes.Call, method.Module.ImportReference(typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))));
        }
        else
        {
            yield return Instruction.Create(OpCodes.Ldarg, method.Body.ThisParameter);
            // Of a value there is only a copy to lock on.
            if (method.DeclaringType.IsValueType)
            {
                yield return Instruction.Create(OpCodes.Ldobj, References.Self(method.DeclaringType));
                yield return Instruction.Create(OpCodes.Box, References.Self(method.DeclaringType));
            }
        }

        yield return Instruction.Create(OpCodes.Stloc, gate);
        yield return Instruction.Create(OpCodes.Ldloc, gate);
        yield return Instruction.Create(OpCodes.Call, Monitor(method, nameof(System.Threading.Monitor.Enter)));
    }

    // In place, so that jumps to it still find it.
    private static void Return(ILProcessor code, Instruction instruction, VariableDefinition? result, Instruction end)
    {
        if (result is null)
        {
            (instruction.OpCode, instruction.Operand) = (OpCodes.Leave, end);
            return;
        }

        (instruction.OpCode, instruction.Operand) = (OpCodes.Stloc, result);
        var leave = Instruction.Create(OpCodes.Leave, end);
        leave.Offset = instruction.Offset;
        code.InsertAfter(instruction, leave);
    }

    // After everything that the symbols know.
    private static Instruction Late(Instruction instruction)
    {
        instruction.Offset = int.MaxValue;
        return instruction;
    }

    private static VariableDefinition Variable(MethodBody body, TypeReference type)
    {
        var variable = new VariableDefinition(type);
        body.Variables.Add(variable);
        body.InitLocals = true;
        return variable;
    }

    private static MethodReference Monitor(MethodDefinition method, string name) =>
        method.Module.ImportReference(typeof(System.Threading.Monitor).GetMethod(name, [typeof(object)]));
}
