using System.Net;
using System.Text;
using Gabbro.Platform.Files;

namespace Gabbro.Reactor.Http.Files;

/// <summary>A directory as a page.</summary>
internal static class DirectoryListing
{
    /// <summary>More entries than this make no page anybody reads.</summary>
    private const int MostEntries = 10_000;

    /// <summary>Makes the page. Reads the directory: for a thread that may block.</summary>
    public static byte[] Make(DirectoryHandle directory, string path, bool showHidden)
    {
        List<(string Name, bool IsDirectory)> entries = [];
        using (DirectoryReader reader = new())
        {
            reader.Start(directory);
            while (entries.Count < MostEntries && reader.Read(out DirectoryEntry entry))
            {
                string name = entry.ToString();
                if (showHidden || !name.StartsWith('.'))
                    entries.Add((name, entry.Type == FileType.Directory));
            }
        }

        entries.Sort(static (a, b) => a.IsDirectory != b.IsDirectory ? b.IsDirectory.CompareTo(a.IsDirectory) : string.CompareOrdinal(a.Name, b.Name));
        StringBuilder page = new();
        string title = WebUtility.HtmlEncode("/" + path);
        page.Append("<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>").Append(title)
            .Append("</title><style>body{font:16px/1.6 system-ui,sans-serif;margin:2em}a{text-decoration:none}</style><h1>").Append(title).Append("</h1><ul>");
        if (path.Length > 0)
            page.Append("<li><a href=\"../\">../</a>");
        foreach ((string name, bool isDirectory) in entries)
        {
            string slash = isDirectory ? "/" : string.Empty;
            page.Append("<li><a href=\"./").Append(Uri.EscapeDataString(name)).Append(slash).Append("\">")
                .Append(WebUtility.HtmlEncode(name)).Append(slash).Append("</a>");
        }

        page.Append("</ul></html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }
}
