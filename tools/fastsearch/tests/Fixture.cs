using System.Text;

namespace Gabbro.Tools.FastSearch.Tests;

/// <summary>A tree of files with something for every flag, made anew in a temporary directory.</summary>
internal sealed class Fixture : IDisposable
{
    internal Fixture()
    {
        Root = Path.Combine(Path.GetTempPath(), "fastsearch-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path.Combine(Root, ".git"));
        Write("a.txt", "hello world\nfoo bar\nHello again\nthe foo end\n\nfoobar foo\n");
        Write("sub/b.cs", "foo\nbar\nfoo\n");
        Write("sub/deep/c.txt", "x\ny\nfoo in deep\nz\nlast foo no newline");
        Write("sub.txt", "foo beside sub\n");
        Write(".hid/h.txt", "foo hidden\n");
        Write("ig/i.txt", "foo ignored\n");
        Write("keep.log", "foo kept\n");
        Write("other.log", "foo log\n");
        Write("sub/.ignore", "*.tmp\n");
        Write("sub/x.tmp", "foo tmp\n");
        Write(".gitignore", "ig/\n*.log\n!keep.log\n/anch/skip*\nbuild/**/out\n");
        Write("anch/skipped.txt", "foo skipped\n");
        Write("anch/deep/skipped.txt", "foo not skipped\n");
        Write("build/x/y/out/o.txt", "foo out\n");
        Write("build/x/in.txt", "foo in\n");
        Write("bin.dat", "foo\n\0bin foo\n");
        Write("binlate.dat", "foo early\n" + new string(' ', 70_000) + "x\n\0bin foo\n");
        Write("ru.txt", "ПРИВЕТ foo мир\nпривет\nприветы\n");
        Write("crlf.txt", "foo\r\nbar\r\nfoo bar\r\n");
        Write("words.txt", "foo_bar\nfoo-bar\nxfoo foo\nfoofoo\nfoo\n");
        File.WriteAllBytes(Path.Combine(Root, "u16.txt"), [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("foo u\nbar ü\n")]);
        File.WriteAllBytes(Path.Combine(Root, "u16be.txt"), [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("foo be\n")]);
        File.WriteAllBytes(Path.Combine(Root, "bad.txt"), [(byte)'f', (byte)'o', (byte)'o', 0xFF, 0xC3, (byte)'\n']);
        StringBuilder context = new();
        for (int i = 1; i <= 30; i++) context.Append($"line {i}").Append(i is 10 or 14 or 25 ? " foo\n" : "\n");
        Write("ctx.txt", context.ToString());
        StringBuilder large = new();
        for (int i = 0; i < 20_000; i++) large.Append($"row {i} of a file larger than any buffer").Append(i % 997 == 0 ? " foo\n" : "\n");
        Write("large.txt", large.ToString());
        Write("long.txt", new string('a', 200_000) + " foo\nshort\n" + new string('b', 90_000) + "\nfoo after\n");
        Write("patterns.lst", "foo bar\nhello\nпривет\n");
        if (!OperatingSystem.IsWindows()) File.CreateSymbolicLink(Path.Combine(Root, "link.txt"), Path.Combine(Root, "a.txt"));
    }

    internal string Root { get; }

    internal void Write(string path, string text)
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
