namespace Gabbro.Reactor.Http.Files;

/// <summary>How a <see cref="StaticFileHandler"/> serves its directory.</summary>
public sealed class StaticFileOptions
{
    /// <summary>Whether a directory without an index page is answered with a listing. True by default.</summary>
    public bool ListDirectories { get; set; } = true;

    /// <summary>The page of a directory. <c>index.html</c> by default; null for none.</summary>
    public string? IndexPage { get; set; } = "index.html";

    /// <summary>Whether names that begin with a dot are served and listed. False by default: such files are seldom meant for others.</summary>
    public bool ServeHidden { get; set; }

    /// <summary>Whether text is compressed for clients that take gzip. False by default: it costs processor time on every request.</summary>
    public bool Compress { get; set; }
}
