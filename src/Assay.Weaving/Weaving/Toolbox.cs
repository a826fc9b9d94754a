using Assay.Verify.Exploration;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Assay.Weaving;

/// <summary>What all methods of a module are woven with: its references to the hooks, and its places.</summary>
internal sealed class Toolbox(ModuleDefinition module, SiteTable sites, StaticReset statics)
{
    private readonly Dictionary<string, MethodReference> _hooks = [];

    public TypeReference Object => module.TypeSystem.Object;

    public SiteTable Sites => sites;

    public StaticReset Statics => statics;

    public MethodReference Import(MethodReference method) => module.ImportReference(method);

    public Instruction Call(string hook) => Instruction.Create(OpCodes.Call, Hook(hook));

    public Instruction CallSaw(TypeReference type) => CallOf(nameof(Hooks.Saw), type);

    /// <summary>A call of a hook with a type argument.</summary>
    public Instruction CallOf(string hook, TypeReference type)
    {
        var closed = new GenericInstanceMethod(Hook(hook));
        closed.GenericArguments.Add(type);
        return Instruction.Create(OpCodes.Call, closed);
    }

    private MethodReference Hook(string name)
    {
        if (!_hooks.TryGetValue(name, out var hook))
            _hooks[name] = hook = module.ImportReference(ModelTable.Instance.Hooks[name]);
        return hook;
    }
}
