namespace Assay.Analyzers.Tests.SharedState.Table;

/// <summary>Flags that say that an object is closed, started or cancelled.</summary>
internal static class DisposeFlags
{
    public static readonly Case A_volatile_dispose_flag_is_set_once = new(Primitive.Volatile, """
        public sealed class Channel(Stream stream) : IDisposable
        {
            private volatile bool _disposed;

            public void Write(byte[] bytes)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                stream.Write(bytes);
            }

            public void Dispose()
            {
                _disposed = true;
                stream.Dispose();
            }
        }
        """);

    public static readonly Case A_dispose_is_claimed_by_exchange = new(Primitive.Interlocked, """
        public sealed class Channel(Stream stream) : IDisposable
        {
            private int _disposed;

            public bool IsOpen => Volatile.Read(ref _disposed) == 0;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _disposed, 1) == 1)
                    return;
                stream.Dispose();
            }
        }
        """);

    public static readonly Case A_dispose_is_checked_and_then_set = new(Primitive.Volatile, """
        public sealed class Channel(Stream stream) : IDisposable
        {
            private volatile bool _disposed;

            public bool IsOpen => !_disposed;

            public void Dispose()
            {
                if ({|#0:_disposed|})
                    return;
                {|Info2024:_disposed = true|};
                stream.Dispose();
            }
        }
        """);

    public static readonly Case A_dispose_flag_is_read_beside_the_lock = new(Primitive.LockStatement, """
        public sealed class Pump : IDisposable
        {
            private readonly object _gate = new();
            private bool _disposed;
            private int _strokes;

            public void Stroke()
            {
                lock (_gate)
                {
                    if (_disposed)
                        return;
                    _strokes++;
                }
            }

            public void Dispose()
            {
                lock (_gate)
                    _disposed = true;
            }

            public bool IsDisposed => _disposed;
        }
        """);

    public static readonly Case A_connect_flag_lets_two_connect = new(Primitive.Volatile, """
        using System.Net.Sockets;

        public sealed class Uplink(string host)
        {
            private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
            private volatile bool _connected;

            public bool IsConnected => _connected;

            public void Connect()
            {
                if (!{|#0:_connected|})
                {
                    _socket.Connect(host, 4711);
                    {|ASSAY2024:_connected = true|};
                }
            }
        }
        """);

    public static readonly Case A_subscribe_flag_is_set_under_the_lock = new(Primitive.ThreadingLock, """
        public sealed class Weather(Action subscribe)
        {
            private readonly Lock _gate = new();
            private bool _subscribed;

            public bool EnsureSubscribed()
            {
                lock (_gate)
                {
                    if (_subscribed)
                        return false;
                    _subscribed = true;
                }
                subscribe();
                return true;
            }
        }
        """);

    public static readonly Case A_connect_waits_for_the_network_under_the_lock = new(Primitive.ThreadingLock, """
        using System.Net.Sockets;

        public sealed class Uplink(string host)
        {
            private readonly Lock _gate = new();
            private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
            private bool _connected;

            public void Connect()
            {
                lock (_gate)
                {
                    if (_connected)
                        return;
                    {|ASSAY2010:_socket.Connect(host, 4711)|};
                    _connected = true;
                }
            }
        }
        """);

    public static readonly Case A_synchronized_start_guards_its_flag = new(Primitive.Synchronized, """
        using System.Runtime.CompilerServices;

        internal sealed class Ticker
        {
            private bool _started;
            private Timer? _timer;

            [MethodImpl(MethodImplOptions.Synchronized)]
            public void Start()
            {
                if (_started)
                    return;
                _started = true;
                _timer = new Timer(static _ => Console.WriteLine("tick"), null, 0, 1000);
            }

            [MethodImpl(MethodImplOptions.Synchronized)]
            public void Stop()
            {
                _timer?.Dispose();
                _timer = null;
                _started = false;
            }
        }
        """);

    public static readonly Case A_public_synchronized_method_locks_what_strangers_can_lock = new(Primitive.Synchronized, """
        using System.Runtime.CompilerServices;

        public sealed class Ticker
        {
            private int _ticks;

            [{|ASSAY2012:MethodImpl(MethodImplOptions.Synchronized)|}]
            public int Tick() => ++_ticks;
        }
        """);
}
