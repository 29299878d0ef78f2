using System.Text;
using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Tests.BTree;

/// <summary>A directory for each test, removed afterwards, and short words for bytes.</summary>
public abstract class BTreeTestBase
{
    private string _directory = null!;

    protected string Path { get; private set; } = null!;

    protected static int Effort { get; } = int.Parse(Environment.GetEnvironmentVariable("GABBRO_TEST_EFFORT") ?? "1");

    [SetUp]
    public void MakeDirectory()
    {
        _directory = Directory.CreateTempSubdirectory("gabbro-btree-").FullName;
        Path = System.IO.Path.Combine(_directory, "test.db");
    }

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    protected static byte[] B(string text) => Encoding.UTF8.GetBytes(text);

    protected static string? S(byte[]? bytes) => bytes == null ? null : Encoding.UTF8.GetString(bytes);

    protected BTreeDatabase Open(Func<BTreeOptions, BTreeOptions>? change = null)
    {
        var options = new BTreeOptions { Durability = CommitDurability.Relaxed };
        return BTreeDatabase.Open(Path, change == null ? options : change(options));
    }
}
