using System.Net;
using System.Net.Sockets;

namespace Assay.Reference.PostgreSql.Tests;

/// <summary>Passes bytes on between clients and the server; breaks connections at a chosen chunk, all at once, or lets them fall silent.</summary>
internal sealed class BreakingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly Lock _gate = new();
    private int _left = int.MaxValue;
    private bool _isAnswer;
    private readonly List<TcpClient> _open = [];
    private bool _isCut;

    // Completed while bytes pass. Silence is a connection on which nothing comes any more, and no end either.
    private TaskCompletionSource _passes = Passing();

    public BreakingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Breaks { get; private set; }

    public void BreakAfter(int chunks, bool isAnswer)
    {
        lock (_gate)
            (_left, _isAnswer) = (chunks, isAnswer);
    }

    /// <summary>Ends all connections, and every new one at once, until the cable is mended.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            _open.ForEach(client => client.Dispose());
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_gate)
            _isCut = false;
    }

    public void FallSilent()
    {
        lock (_gate)
            _passes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Speak()
    {
        lock (_gate)
            _passes.TrySetResult();
    }

    public void Dispose()
    {
        _listener.Dispose();
        Speak();
    }

    private static TaskCompletionSource Passing()
    {
        var passing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        passing.SetResult();
        return passing;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        using var server = new TcpClient();
        try
        {
            if (!TryOpen(client))
                return;
            await server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(PassAsync(client.GetStream(), server.GetStream(), isAnswer: false), PassAsync(server.GetStream(), client.GetStream(), isAnswer: true));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The client sees a closed connection, as it should.
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, bool isAnswer)
    {
        // Small pieces, so that a talk has many places to break at.
        var buffer = new byte[48];
        try
        {
            for (var read = await from.ReadAsync(buffer); read > 0 && !IsToBreak(isAnswer); read = await from.ReadAsync(buffer))
            {
                await Volatile.Read(ref _passes).Task;
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Broken from the other side.
        }
    }

    private bool TryOpen(TcpClient client)
    {
        lock (_gate)
        {
            if (!_isCut)
                _open.Add(client);
            return !_isCut;
        }
    }

    private bool IsToBreak(bool isAnswer)
    {
        lock (_gate)
        {
            if (isAnswer != _isAnswer || _left-- > 0)
                return false;
            _left = int.MaxValue;
            Breaks++;
            return true;
        }
    }
}
