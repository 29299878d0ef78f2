using System.Text;
using Gabbro.Platform;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Http.Client;

/// <summary>A server that says exactly what a test wants it to, byte by byte.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly StreamListener _listener;
    private readonly Func<ScriptedConnection, Task> _script;
    private readonly List<ScriptedConnection> _connections = [];

    public ScriptedServer(EventLoop loop, Func<ScriptedConnection, Task> script)
    {
        _listener = loop.Listen(LoopWorld.AnyPort);
        _script = script;
        _ = AcceptAsync();
    }

    public int Connections => _connections.Count;

    public int Requests => _connections.Sum(connection => connection.Requests);

    public Exception? Failure { get; private set; }

    public string Url(string path = "/") => $"http://127.0.0.1:{_listener.LocalAddress.Port}{path}";

    public void Dispose()
    {
        _listener.Dispose();
        foreach (ScriptedConnection connection in _connections)
            connection.Stream.Dispose();
    }

    /// <summary>Everything a server might answer with the same bytes to each request, and then close or not.</summary>
    public static ScriptedServer Always(EventLoop loop, string response, bool close = false) => new(loop, async connection =>
    {
        while (await connection.ReadHeadAsync() is not null)
        {
            await connection.SendAsync(response);
            if (close)
                break;
        }

        connection.Stream.Dispose();
    });

    private async Task AcceptAsync()
    {
        await foreach (StreamSocket stream in _listener.AcceptAllAsync())
        {
            if (_listener.IsClosed)
            {
                stream.Dispose();
                return;
            }

            ScriptedConnection connection = new(stream, _connections.Count);
            _connections.Add(connection);
            _ = RunAsync(connection);
        }
    }

    private async Task RunAsync(ScriptedConnection connection)
    {
        try
        {
            await _script(connection);
        }
        catch (Exception exception) when (exception is PlatformException or ObjectDisposedException)
        {
            // The client has gone: its business.
        }
        catch (Exception exception)
        {
            Failure = exception;
        }
    }

    internal sealed class ScriptedConnection(StreamSocket stream, int index)
    {
        private readonly StringBuilder _unread = new();

        public StreamSocket Stream => stream;

        public int Index => index;

        public int Requests { get; private set; }

        /// <summary>The next head, or null at the end of the stream.</summary>
        public async Task<string?> ReadHeadAsync()
        {
            while (true)
            {
                int end = _unread.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end >= 0)
                {
                    string head = _unread.ToString(0, end + 4);
                    _unread.Remove(0, end + 4);
                    Requests++;
                    return head;
                }

                if (!await FillAsync())
                    return null;
            }
        }

        public async Task<string> ReadBodyAsync(int length)
        {
            while (_unread.Length < length && await FillAsync())
            {
            }

            string body = _unread.ToString(0, Math.Min(length, _unread.Length));
            _unread.Remove(0, body.Length);
            return body;
        }

        public async Task<string> ReadUntilAsync(string mark)
        {
            while (!_unread.ToString().Contains(mark, StringComparison.Ordinal) && await FillAsync())
            {
            }

            string text = _unread.ToString();
            _unread.Clear();
            return text;
        }

        public async Task SendAsync(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text));

        private async Task<bool> FillAsync()
        {
            ReadOnlyMemory<byte> piece = await stream.ReadBorrowedAsync();
            _unread.Append(Encoding.Latin1.GetString(piece.Span));
            return !piece.IsEmpty;
        }
    }
}
