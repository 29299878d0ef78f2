using System.Globalization;
using System.IO.Compression;
using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Reactor.Http.Server;

namespace Gabbro.Reactor.Http.Files;

/// <summary>
/// Serves the files of a directory: ranges, conditional requests, media types, listings, and no way out of the directory,
/// neither by path nor by link.
/// </summary>
/// <remarks>
/// The directory is held open and every path is resolved beneath it by the system (openat2 with RESOLVE_BENEATH, or the
/// same walk name by name), on a thread of <see cref="EventLoop.Blocking"/>. The bytes go by sendfile. One handler serves
/// any number of loops.
/// </remarks>
public sealed class StaticFileHandler : IHttpHandler, IDisposable
{
    /// <summary>Larger texts are sent as they are: compressing them would take a thread for longer than it saves.</summary>
    private const long CompressLimit = 4 << 20;

    private readonly DirectoryHandle _root;
    private readonly StaticFileOptions _options;

    /// <summary>Opens the directory.</summary>
    /// <param name="directory">Its path.</param>
    /// <param name="options">How to serve it, or null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="directory"/> is null.</exception>
    /// <exception cref="PlatformException">There is no such directory, or it cannot be opened.</exception>
    public StaticFileHandler(string directory, StaticFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        _root = DirectoryHandle.Open(directory);
        _options = options ?? new StaticFileOptions();
    }

    /// <inheritdoc/>
    public async ValueTask HandleAsync(HttpExchange exchange)
    {
        if (exchange.Method is not (RequestMethod.Get or RequestMethod.Head))
        {
            exchange.AddField("Allow"u8, "GET, HEAD"u8);
            exchange.Respond(405, "method not allowed\n");
            return;
        }

        if (!RequestPath.TryDecode(exchange.Path, out string path) || (!_options.ServeHidden && IsHidden(path)))
        {
            exchange.Respond(404, "not found\n");
            return;
        }

        try
        {
            object? found = await exchange.Loop.Blocking.RunAsync(() => Find(path));
            switch (found)
            {
                case ServedFile file:
                    using (file)
                        await ServeAsync(exchange, file);
                    break;
                case byte[] listing:
                    exchange.Respond(200, "text/html; charset=utf-8"u8, listing);
                    break;
                case string redirect:
                    exchange.AddField("Location", redirect);
                    exchange.Respond(301, ""u8, ""u8);
                    break;
                default:
                    exchange.Respond(404, "not found\n");
                    break;
            }
        }
        catch (PlatformException exception) when (!exchange.HasStarted && exception.Kind is ErrorKind.PermissionDenied or ErrorKind.NotPermitted)
        {
            exchange.Respond(403, "forbidden\n");
        }
    }

    /// <summary>Closes the directory.</summary>
    public void Dispose() => _root.Dispose();

    private static bool IsHidden(string path) => path.StartsWith('.') || path.Contains("/.", StringComparison.Ordinal);

    /// <summary>A file to serve, the bytes of a listing, the place to go instead, or null.</summary>
    private object? Find(string path)
    {
        bool wantsDirectory = path.Length == 0 || path.EndsWith('/');
        string name = path.TrimEnd('/');
        if (!wantsDirectory)
        {
            object? opened = Open(name, out bool isDirectory);
            return isDirectory ? "/" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)) + "/" : opened;
        }

        if (_options.IndexPage is { } page && Open(name.Length == 0 ? page : name + "/" + page, out _) is { } index)
            return index;
        return _options.ListDirectories ? List(name) : null;
    }

    private ServedFile? Open(string name, out bool isDirectory)
    {
        isDirectory = false;
        if (!_root.TryOpenBeneath(Encoding.UTF8.GetBytes(name), FileOpenOptions.Read, out FileHandle? file, out NativeError error))
        {
            isDirectory = error.Kind == ErrorKind.IsDirectory;
            if (error.Kind is ErrorKind.PermissionDenied or ErrorKind.NotPermitted)
                error.Throw("open", name);
            return null;
        }

        FileStatus status = file.GetStatus();
        if (status.Type == FileType.Regular)
            return new ServedFile(file, status, name);

        // Pipes, devices and sockets are not for others to read.
        isDirectory = status.Type == FileType.Directory;
        file.Dispose();
        return null;
    }

    private byte[]? List(string path)
    {
        DirectoryHandle directory = _root;
        try
        {
            foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!directory.TryOpenDirectory(Encoding.UTF8.GetBytes(segment), followLink: false, out DirectoryHandle? next, out _))
                    return null;
                if (!ReferenceEquals(directory, _root))
                    directory.Dispose();
                directory = next;
            }

            return DirectoryListing.Make(directory, path.Length == 0 ? path : path + "/", _options.ServeHidden);
        }
        finally
        {
            if (!ReferenceEquals(directory, _root))
                directory.Dispose();
        }
    }

    private async ValueTask ServeAsync(HttpExchange exchange, ServedFile file)
    {
        exchange.AddField("ETag"u8, file.Tag);
        exchange.AddField("Last-Modified"u8, file.ModifiedText);
        exchange.AddField("Accept-Ranges"u8, "bytes"u8);
        if (_options.Compress && ContentTypes.IsText(file.Type))
            exchange.AddField("Vary"u8, "Accept-Encoding"u8);
        int status = Preconditions.Check(exchange, file);
        if (status != 0)
        {
            exchange.StatusCode = status;
            return;
        }

        exchange.AddField("Content-Type", file.Type);
        exchange.AddField("X-Content-Type-Options"u8, "nosniff"u8);
        long offset = 0;
        long count = file.Length;
        if (exchange.TryGetField("range"u8, out ReadOnlySpan<byte> range) && Preconditions.RangeApplies(exchange, file))
        {
            switch (ByteRangeRequest.Parse(range, file.Length, out offset, out count))
            {
                case ByteRangeRequest.Result.Unsatisfiable:
                    exchange.AddField("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Length}"));
                    exchange.StatusCode = 416;
                    exchange.DeclareLength(0);
                    return;
                case ByteRangeRequest.Result.Satisfiable:
                    exchange.AddField("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + count - 1}/{file.Length}"));
                    exchange.StatusCode = 206;
                    break;
            }
        }
        else if (_options.Compress && ContentTypes.IsText(file.Type) && file.Length is > 256 and <= CompressLimit && TakesGzip(exchange))
        {
            byte[] compressed = await exchange.Loop.Blocking.RunAsync(() => Compress(file));
            exchange.AddField("Content-Encoding"u8, "gzip"u8);
            exchange.Respond(200, ""u8, compressed);
            return;
        }

        exchange.DeclareLength(count);
        await exchange.SendFileAsync(file.Handle, offset, count);
    }

    private static bool TakesGzip(in HttpExchange exchange)
    {
        if (!exchange.TryGetField("accept-encoding"u8, out ReadOnlySpan<byte> accepted))
            return false;
        while (Ascii.NextListElement(ref accepted, out ReadOnlySpan<byte> coding))
        {
            // A weight of zero refuses; any other weight is a yes to the one coding there is.
            int weight = coding.IndexOf((byte)';');
            ReadOnlySpan<byte> name = Ascii.TrimWhiteSpace(weight < 0 ? coding : coding[..weight]);
            if (Ascii.EqualsIgnoreCase(name, "gzip"u8))
                return weight < 0 || coding[(weight + 1)..].IndexOfAnyInRange((byte)'1', (byte)'9') >= 0;
        }

        return false;
    }

    private static byte[] Compress(ServedFile file)
    {
        byte[] bytes = new byte[file.Length];
        int length = file.Handle.ReadFullyAt(bytes, 0);
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
            gzip.Write(bytes, 0, length);
        return compressed.ToArray();
    }
}
