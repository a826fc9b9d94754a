using Assay.Jail.Protocol;

namespace Assay.Jail;

/// <summary>
/// Reads frames and carries them out. One thread reads and hands on, one thread of its own makes the calls in order: so an answer to a callback arrives while a call waits for it, and
/// nothing the candidate does to the thread pool delays either.
/// </summary>
internal sealed class Driver
{
    private const int CallStack = 8 << 20;

    private readonly FrameStream _frames;
    private readonly Requests _requests = new();
    private readonly Crossing _crossing;
    private Submission? _submission;
    private Exploration? _exploration;
    private volatile World? _world;

    public Driver(FrameStream frames)
    {
        _frames = frames;
        _crossing = new Crossing(frames);
    }

    /// <summary>Serves the host until it ends the stream.</summary>
    public void Run()
    {
        var caller = new Thread(MakeCalls, CallStack) { IsBackground = true };
        caller.Start();
        while (_frames.Receive() is { } frame)
        {
            if (frame.Kind is FrameKind.Cancel)
                _crossing.Cancel(frame.Number);
            else if (frame.Kind is FrameKind.CallbackValue or FrameKind.CallbackThrew)
                _crossing.Answer(frame);
            else if (frame.Kind is FrameKind.InvokeAside)
                new Thread(() => Make(frame), CallStack) { IsBackground = true }.Start();
            else
                _requests.Add(frame);
        }
    }

    private void MakeCalls()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
            Make(request);
    }

    private void Make(Frame request)
    {
        var replies = new Replies(_frames, request.Number);
        try
        {
            CarryOut(request, new BinaryReader(new MemoryStream(request.Body)), replies);
        }
        catch (RefusedException refused)
        {
            replies.Refuse(refused.Message);
        }
        // Whatever the candidate's code throws is an answer like any other.
        catch (Exception thrown)
        {
            replies.Throw(thrown);
        }
    }

    private void CarryOut(Frame request, BinaryReader body, Replies replies)
    {
        switch (request.Kind)
        {
            case FrameKind.Load:
                _submission = Submission.Load(body.ReadString(), body.ReadBytes(body.ReadInt32()));
                _world = new World(_submission, _crossing);
                replies.Value(typeof(void), null);
                break;
            case FrameKind.Reset:
                _crossing.Forget();
                _world?.Leave();
                _world = new World(Loaded(), _crossing);
                replies.Value(typeof(void), null);
                break;
            case FrameKind.Create:
                replies.Value(typeof(int), Current().Create(body));
                break;
            case FrameKind.Invoke or FrameKind.InvokeAside:
                Current().Invoke(body, replies);
                break;
            case FrameKind.Advance:
                Current().Clock.Advance(new TimeSpan(body.ReadInt64()));
                replies.Value(typeof(void), null);
                break;
            case FrameKind.SetUtcNow:
                Current().Clock.SetUtcNow(new DateTimeOffset(body.ReadInt64(), TimeSpan.Zero));
                replies.Value(typeof(void), null);
                break;
            case FrameKind.RunTogether or FrameKind.RunInStep:
                replies.History(Current().RunTogether(body, request.Kind is FrameKind.RunInStep));
                break;
            case FrameKind.StepsMet:
                replies.Value(typeof(int), Current().StepsMet);
                break;
            case FrameKind.StepClock:
                replies.Value(typeof(long), Current().Clock.StepBy(body.ReadInt64()));
                break;
            case FrameKind.ReadAgain:
                Current().ReadAgain(replies);
                break;
            case FrameKind.LoadWoven:
                _exploration = Exploration.Load(Loaded().Contract, body);
                replies.Value(typeof(void), null);
                break;
            case FrameKind.Explore:
                replies.Explored(Woven().Explore(body));
                break;
            case FrameKind.Replay:
                replies.Replayed(Woven().Replay(body));
                break;
            default:
                throw new RefusedException($"no request {request.Kind}");
        }
    }

    private Submission Loaded() => _submission ?? throw new RefusedException("nothing is loaded");

    private Exploration Woven() => _exploration ?? throw new RefusedException("no woven copy is loaded");

    private World Current() => _world ?? throw new RefusedException("nothing is loaded");
}

/// <summary>A request cannot be carried out as asked; the message goes to the host.</summary>
internal sealed class RefusedException(string message) : Exception(message);
