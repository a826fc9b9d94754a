using System.Text.Json;
using Assay.Compiler.Protocol;
using Assay.Grading.Intake;
using Assay.Grading.Jail;
using Assay.Grading.Vet;
using Assay.Jail.Protocol;

namespace Assay.Grading.Compile;

/// <summary>
/// Compiles and analyses in a jailed child that stays for the next submission, so that only the first one pays for its start. One that takes too long or too much is ended, and the next
/// submission gets a new one.
/// </summary>
internal sealed class SubmissionCompiler(JailLauncher launcher, Exercises.Exercise exercise) : IDisposable
{
    private JailProcess? _child;
    private int _answered;

    /// <summary>What a compilation may use.</summary>
    public static JailLimits Limits { get; } = new()
    {
        Cpu = TimeSpan.FromHours(1),
        RequestCpu = TimeSpan.FromSeconds(10),
        Request = TimeSpan.FromSeconds(60),
        Idle = TimeSpan.FromSeconds(20),
        Memory = 1L << 30,
        Heap = 768L << 20,
    };

    /// <summary>Processor time of the last compilation, when the kernel counts it.</summary>
    public TimeSpan Cpu { get; private set; }

    /// <summary>Compiles a submission.</summary>
    /// <exception cref="CompilerEndedException">It took more than it may: COMPILE-DOS.</exception>
    /// <exception cref="JailUnavailableException">The compiler cannot be started.</exception>
    public CompileAnswer Compile(Submission submission)
    {
        var before = _answered;
        try
        {
            return Ask(submission);
        }
        catch (Exception e) when (before > 0 && _child is null && e is CompilerEndedException or JailUnavailableException)
        {
            // What the process gathered over earlier submissions, in memory or in processor time, must not be this one's fault.
            return Ask(submission);
        }
    }

    private CompileAnswer Ask(Submission submission)
    {
        _child ??= launcher.Start();
        var before = _child.Cpu;
        var question = new CompileQuestion(
            [.. TestSources.Without(submission).Select(file => new CompileFile(file.Path, file.Text))],
            exercise.Contract.FullName!,
            [.. exercise.ConstructorParameters.Select(NameOf)]);
        try
        {
            var frame = _child.Wait(_child.Ask(FrameKind.Load, JsonSerializer.SerializeToUtf8Bytes(question)));
            Cpu = _child.Cpu - before ?? TimeSpan.Zero;
            _answered++;
            return frame.Kind == FrameKind.Value
                ? JsonSerializer.Deserialize<CompileAnswer>(frame.Body)!
                : throw new CompilerEndedException(new BinaryReader(new MemoryStream(frame.Body)).ReadString());
        }
        catch (JailEndedException ended)
        {
            _child.Dispose();
            (_child, _answered) = (null, 0);
            throw ended.End.IsOurs ? new JailUnavailableException(ended.End.Reason) : new CompilerEndedException($"{ended.End.Verdict}: {ended.End.Reason}");
        }
    }

    /// <summary>Ends the child; the next compilation starts another.</summary>
    public void Dispose()
    {
        _child?.Dispose();
        _child = null;
    }

    /// <summary>The full name as C# writes it, which is how the compiler's symbols are compared.</summary>
    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Namespace}.{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GenericTypeArguments.Select(NameOf))}>"
        : type.FullName!;
}

/// <summary>The compiler was ended by this submission.</summary>
internal sealed class CompilerEndedException(string reason) : Exception(reason);
