using System.Reflection;
using Assay.Exercises;
using Assay.Jail.Protocol;
using Assay.Verify;

namespace Assay.Grading.Jail;

/// <summary>The candidate's world in a jail, as a check sees it.</summary>
internal sealed class JailedSubject(JailSession session, IReadOnlyList<Type> constructorParameters, WovenSubmission? woven = null) : ISubject
{
    private static readonly MethodInfo CreateProxy =
        typeof(DispatchProxy).GetMethods().Single(method => method is { Name: nameof(DispatchProxy.Create), IsGenericMethodDefinition: true });

    private readonly JailedExploration _exploration = new(session, constructorParameters, woven ?? new WovenSubmission(null, null, null));

    public T Create<T>(params object?[] arguments)
        where T : class
    {
        var types = constructorParameters.Where(type => type != typeof(TimeProvider)).ToArray();
        if (types.Length != arguments.Length)
            throw new ArgumentException($"The constructor takes {types.Length} arguments besides the clock.", nameof(arguments));
        var reader = session.Ask(FrameKind.Create, writer =>
        {
            for (var i = 0; i < types.Length; i++)
                session.Crossing.Write(writer, types[i], arguments[i]);
        });
        var proxy = (T)CreateProxy.MakeGenericMethod(typeof(T), typeof(ContractProxy)).Invoke(null, null)!;
        ((ContractProxy)(object)proxy).Bind(session, typeof(T), (int)Wire.Read(reader, typeof(int))!);
        return proxy;
    }

    public void Advance(TimeSpan by) => session.Ask(FrameKind.Advance, writer => writer.Write(by.Ticks));

    public void SetUtcNow(DateTimeOffset instant) => session.Ask(FrameKind.SetUtcNow, writer => writer.Write(instant.UtcTicks));

    public TimeSpan MoveAtReadings(TimeSpan by) => new((long)Wire.Read(session.Ask(FrameKind.StepClock, writer => writer.Write(by.Ticks)), typeof(long))!);

    public IReadOnlyList<T> ReadAgain<T>(IReadOnlyList<T> given) => (IReadOnlyList<T>?)Received.Answer(session.Ask(FrameKind.ReadAgain, _ => { }), typeof(IReadOnlyList<T>)) ?? [];

    public IReadOnlyList<object?> InTurn(params IReadOnlyList<Call> calls) => [.. Run(FrameKind.RunTogether, [calls], ReadValue).Operations.Select(operation => operation.Result!.Value)];

    public History<Call, Answer> RunTogether(params IReadOnlyList<Call>[] lanes) => Run(FrameKind.RunTogether, lanes, ReadAnswer);

    public History<Call, Answer> RunInStep(params IReadOnlyList<Call>[] lanes) => Run(FrameKind.RunInStep, lanes, ReadAnswer);

    public int StepsMet => (int)Wire.Read(session.Ask(FrameKind.StepsMet, _ => { }), typeof(int))!;

    public Explored Explore(ExploredProgram program, int seed, int schedules) => _exploration.Explore(program, seed, schedules);

    public ExploredReplay? Replay(ExploredProgram program, string schedule, bool simplifies) => _exploration.Replay(program, schedule, simplifies);

    public void Dispose()
    {
        // The jail belongs to the stage; a new world begins with a reset.
    }

    private History<Call, Answer> Run(FrameKind kind, IReadOnlyList<Call>[] lanes, Func<BinaryReader, Call, Answer> read)
    {
        var reader = session.Ask(kind, writer =>
        {
            writer.Write(lanes.Length);
            foreach (var lane in lanes)
            {
                writer.Write(lane.Count);
                foreach (var call in lane)
                    ((ContractProxy)call.Instance).WriteCall(writer, call.Method, call.Arguments);
            }
        });
        return ReadHistory(reader, lanes, read);
    }

    /// <summary>The stamps were made in the candidate's process: a history that is incomplete or impossible is a forgery.</summary>
    private static History<Call, Answer> ReadHistory(BinaryReader reader, IReadOnlyList<Call>[] lanes, Func<BinaryReader, Call, Answer> read)
    {
        var operations = new List<Operation<Call, Answer>>();
        var seen = new HashSet<long>();
        var last = 2L * lanes.Sum(lane => lane.Count);
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            var before = 0L;
            foreach (var call in lanes[lane])
            {
                var (began, ended) = (reader.ReadInt64(), reader.ReadInt64());
                if (began <= before || ended <= began || ended > last || !seen.Add(began) || !seen.Add(ended))
                    throw new ProtocolException($"call {call} claims to have run from {began} to {ended}");
                before = ended;
                operations.Add(new Operation<Call, Answer>(lane, call, read(reader, call), began, ended));
            }
        }

        return new History<Call, Answer>(operations);
    }

    private static Answer ReadAnswer(BinaryReader reader, Call call)
    {
        if (reader.ReadBoolean())
            return new Answer(null, Thrown.Read(reader).TypeName);
        return new Answer(Received.Answer(reader, ContractMethods.ResultOf(call.Method.ReturnType)));
    }

    private static Answer ReadValue(BinaryReader reader, Call call) =>
        reader.ReadBoolean() ? throw Thrown.Read(reader) : new Answer(Received.Answer(reader, ContractMethods.ResultOf(call.Method.ReturnType)));
}
