using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Assay.Grading.Jail;

/// <summary>
/// A system call filter in the kernel's classic BPF, as bubblewrap takes it. It denies what a submission never needs and attacks begin with: new namespaces, mounts, tracing, sockets,
/// kernel keys, bpf, io_uring. Denied calls fail with EPERM, so a program that merely probes goes on. Sources: seccomp(2), linux/filter.h, the system call tables of the two machines.
/// </summary>
internal static class SeccompFilter
{
    private const ushort LoadAbsolute = 0x20;
    private const ushort JumpEqual = 0x15;
    private const ushort JumpGreaterOrEqual = 0x35;
    private const ushort JumpAnySet = 0x45;
    private const ushort Return = 0x06;

    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint FirstArgumentOffset = 16;

    private const uint Allow = 0x7fff0000;
    private const uint Forbidden = 0x00050000 | 1;
    private const uint NotThere = 0x00050000 | 38;
    private const uint Kill = 0x80000000;

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME.
    private const uint NewNamespaces = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000 | 0x80;

    // x32 calls bear this bit and would otherwise pass under other numbers.
    private const uint X32 = 0x40000000;

    // By name: the number on x86-64, then on arm64; -1 where the machine has no such call.
    private static readonly (string Name, int X64, int Arm64)[] Denied =
    [
        ("socket", 41, 198), ("connect", 42, 203), ("bind", 49, 200), ("listen", 50, 201), ("socketpair", 53, 199),
        ("ptrace", 101, 117), ("process_vm_readv", 310, 270), ("process_vm_writev", 311, 271), ("kcmp", 312, 272),
        ("unshare", 272, 97), ("setns", 308, 268), ("mount", 165, 40), ("umount2", 166, 39), ("pivot_root", 155, 41), ("chroot", 161, 51),
        ("open_tree", 428, 428), ("move_mount", 429, 429), ("fsopen", 430, 430), ("fsconfig", 431, 431), ("fsmount", 432, 432), ("mount_setattr", 442, 442),
        ("bpf", 321, 280), ("perf_event_open", 298, 241), ("userfaultfd", 323, 282),
        ("io_uring_setup", 425, 425), ("io_uring_enter", 426, 426), ("io_uring_register", 427, 427),
        ("add_key", 248, 217), ("request_key", 249, 218), ("keyctl", 250, 219),
        ("kexec_load", 246, 104), ("kexec_file_load", 320, 294), ("init_module", 175, 105), ("finit_module", 313, 273), ("delete_module", 176, 106),
        ("reboot", 169, 142), ("swapon", 167, 224), ("swapoff", 168, 225), ("acct", 163, 89), ("syslog", 103, 116), ("quotactl", 179, 60),
        ("name_to_handle_at", 303, 264), ("open_by_handle_at", 304, 265), ("pidfd_open", 434, 434), ("pidfd_getfd", 438, 438), ("personality", 135, 92),
        ("mknod", 133, -1), ("mknodat", 259, 33), ("memfd_secret", 447, 447), ("iopl", 172, -1), ("ioperm", 173, -1), ("modify_ldt", 154, -1),
        ("shmget", 29, 194), ("msgget", 68, 186), ("semget", 64, 190), ("mq_open", 240, 180), ("process_madvise", 440, 440), ("landlock_create_ruleset", 444, 444),
    ];

    /// <summary>The filter for a machine.</summary>
    /// <returns>Null on a machine whose call numbers are not known here.</returns>
    public static byte[]? For(Architecture machine) => machine switch
    {
        Architecture.X64 => Assemble(0xC000003E, clone: 56, clone3: 435, [.. Denied.Where(call => call.X64 >= 0).Select(call => (uint)call.X64)]),
        Architecture.Arm64 => Assemble(0xC00000B7, clone: 220, clone3: 435, [.. Denied.Where(call => call.Arm64 >= 0).Select(call => (uint)call.Arm64)]),
        _ => null,
    };

    private static byte[] Assemble(uint architecture, uint clone, uint clone3, uint[] denied)
    {
        var program = new List<(ushort Code, byte IfTrue, byte IfFalse, uint Operand)>
        {
            (LoadAbsolute, 0, 0, ArchitectureOffset),
            (JumpEqual, 1, 0, architecture),
            (Return, 0, 0, Kill),
            (LoadAbsolute, 0, 0, NumberOffset),
            (JumpGreaterOrEqual, 0, 1, X32),
            (Return, 0, 0, Forbidden),
            // The flags of clone3 lie in memory that no filter can read: without it the library falls back to clone, whose flags can be tested.
            (JumpEqual, 0, 1, clone3),
            (Return, 0, 0, NotThere),
            (JumpEqual, 0, 4, clone),
            (LoadAbsolute, 0, 0, FirstArgumentOffset),
            (JumpAnySet, 0, 1, NewNamespaces),
            (Return, 0, 0, Forbidden),
            (Return, 0, 0, Allow),
        };
        foreach (var number in denied)
        {
            program.Add((JumpEqual, 0, 1, number));
            program.Add((Return, 0, 0, Forbidden));
        }

        program.Add((Return, 0, 0, Allow));
        return Bytes(program);
    }

    private static byte[] Bytes(List<(ushort Code, byte IfTrue, byte IfFalse, uint Operand)> program)
    {
        var bytes = new byte[program.Count * 8];
        for (var i = 0; i < program.Count; i++)
        {
            var at = bytes.AsSpan(i * 8);
            BinaryPrimitives.WriteUInt16LittleEndian(at, program[i].Code);
            at[2] = program[i].IfTrue;
            at[3] = program[i].IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], program[i].Operand);
        }

        return bytes;
    }
}
