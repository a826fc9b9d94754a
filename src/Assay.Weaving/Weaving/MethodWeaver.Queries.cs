using Assay.Verify.Exploration;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>Queries over a collection: they walk through it inside the framework, at once or when somebody asks for their items.</summary>
internal sealed partial class MethodWeaver
{
    private static bool IsQuery(MethodReference called) =>
        called.DeclaringType.FullName == "System.Linq.Enumerable" && called is GenericInstanceMethod && called.Name is not ("TryGetNonEnumeratedCount" or "AsEnumerable") &&
        called.Parameters is [{ ParameterType: GenericInstanceType { ElementType.FullName: "System.Collections.Generic.IEnumerable`1" } }, ..];

    // The source lies beneath the arguments.
    private void WeaveQuery(Instruction instruction, MethodReference called, string what)
    {
        var aside = PutAside(called, from: 1);
        var items = (GenericInstanceType)Names.Inflate(called.Parameters[0].ParameterType, called.DeclaringType, called);
        Emit(Instruction.Create(OpCodes.Ldc_I4, Number(SiteKind.Look, what, null)), toolbox.CallOf(nameof(Hooks.Watch), items.GenericArguments[0]));
        TakeBack(aside);
        Emit(instruction);
    }

    // What a call is handed and reads in one go, inside the framework: looked at before, while the arguments are put aside.
    private void LookAtGiven(MethodReference called, List<VariableDefinition> aside, string what)
    {
        foreach (var parameter in called.Parameters.Where(parameter => BclKinds.ReadsItems(called, parameter)))
        {
            Emit(Instruction.Create(OpCodes.Ldloc, aside[called.Parameters.Count - 1 - parameter.Index]));
            Place(SiteKind.Look, what, null, nameof(Hooks.EnterGiven));
        }
    }

    private List<VariableDefinition> PutAside(MethodReference called, int from = 0)
    {
        var aside = new List<VariableDefinition>();
        for (var index = called.Parameters.Count - 1; index >= from; index--)
        {
            var type = Names.Inflate(called.Parameters[index].ParameterType, called.DeclaringType, called);
            var variable = Temporary(type, $"argument {index}");
            aside.Add(variable);
            Emit(Instruction.Create(OpCodes.Stloc, variable));
        }

        return aside;
    }

    private void TakeBack(List<VariableDefinition> aside)
    {
        for (var index = aside.Count - 1; index >= 0; index--)
            Emit(Instruction.Create(OpCodes.Ldloc, aside[index]));
    }
}
