using Gabbro.Storage.BTree;
using Gabbro.Storage.BTree.Shared;
using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.BTree;

/// <summary>The order of the calls that durability and mutual exclusion rest on, as the engine makes them.</summary>
public sealed class CallOrderTests
{
    /// <summary>Opening a new database, one full commit, closing it. What comes between does not matter, the order does.</summary>
    public static readonly string[] OpenPutClose =
    [
        "lock opening exclusive",
        "lock membership exclusive",
        "sync new file",        // whole before it has the name
        "rename new file",
        "sync directory",       // and the name durable
        "lock membership shared",
        "lock process exclusive",
        "sync log",             // the log's header
        "sync directory",       // and its name, before the database
        "sync database",        // says that there is one
        "sync log",             // the commit
        "lock opening exclusive",
        "lock membership exclusive",
        "sync database",        // the pages of the last checkpoint
        "sync database",        // its meta record
        "sync database",        // closed cleanly
        "remove log",
    ];

    [Test]
    public void OpenPutClose_CallsOfTheEngine_ComeInOrder()
    {
        var calls = new List<string>();
        var system = new SimulatedFileSystem { MappedCapacity = 2 << 20 };
        system.CreateDirectory("/db");
        system.Faults = o =>
        {
            if (Describe(o) is { } call)
                calls.Add(call);
            return Fault.None;
        };
        using (var db = BTreeDatabase.Open("/db/test.db", new BTreeOptions { FileSystem = system, MapCapacity = 2 << 20, LogCapacity = 64 << 10, BackgroundCheckpoints = false }))
            db.Put("key"u8, "value"u8);
        TestContext.Out.WriteLine(string.Join('\n', calls));
        // The seam does not tell shared from exclusive; the trace of the system calls does.
        AssertOrder(calls, [.. OpenPutClose.Select(c => c.Replace(" exclusive", "", StringComparison.Ordinal).Replace(" shared", "", StringComparison.Ordinal))]);
        // Nothing is durable too early or twice: one sync of the log when it is made, one for the one commit.
        Assert.That(calls.Count(c => c == "sync log"), Is.EqualTo(2));
        Assert.That(calls.LastIndexOf("sync database"), Is.LessThan(calls.IndexOf("remove log")));
        Assert.That(calls.IndexOf("sync new file"), Is.LessThan(calls.IndexOf("rename new file")));
    }

    [Test]
    public void Checkpoint_Calls_SyncPagesThenMeta()
    {
        var calls = new List<string>();
        var system = new SimulatedFileSystem { MappedCapacity = 2 << 20 };
        system.CreateDirectory("/db");
        using var db = BTreeDatabase.Open("/db/test.db", new BTreeOptions { FileSystem = system, MapCapacity = 2 << 20, LogCapacity = 64 << 10, BackgroundCheckpoints = false });
        db.Put("key"u8, "value"u8);
        system.Faults = o =>
        {
            if (Describe(o) is { } call)
                calls.Add(call);
            return Fault.None;
        };
        db.Checkpoint();
        system.Faults = null;
        Assert.That(calls, Is.EqualTo(new[] { "sync database", "sync database" }));
    }

    public static void AssertOrder(List<string> calls, params string[] expected)
    {
        var at = 0;
        foreach (var call in expected)
        {
            var found = calls.IndexOf(call, at);
            Assert.That(found, Is.GreaterThanOrEqualTo(0), $"'{call}' after position {at} of:\n{string.Join('\n', calls)}");
            at = found + 1;
        }
    }

    public static void AssertUnlocked(List<string> calls)
    {
        Assert.That(calls.Count(c => c == "sync log"), Is.EqualTo(2), "one for the new log, one for the commit");
        Assert.That(calls.LastIndexOf("sync database"), Is.LessThan(calls.IndexOf("remove log")));
        AssertOrder(calls, "lock opening exclusive", "unlock opening", "lock opening exclusive", "remove log", "unlock process");
    }

    private static string? Describe(in FileOperation operation)
    {
        var file = operation.Path switch
        {
            "/db" => "directory",
            "/db/test.db" => "database",
            "/db/test.db-new" => "new file",
            "/db/test.db-wal" => "log",
            "/db/test.db-lock" => "lock file",
            _ => null,
        };
        return operation.Kind switch
        {
            FileOperationKind.Sync => $"sync {file}",
            FileOperationKind.SyncDirectory => "sync directory",
            FileOperationKind.Rename => $"rename {file}",
            FileOperationKind.Delete => $"remove {file}",
            FileOperationKind.Lock when file == "lock file" => $"lock {NameOf(operation.Offset)}",
            _ => null,
        };
    }

    private static string NameOf(long offset) => offset switch
    {
        LockBytes.Opening => "opening",
        LockBytes.Membership => "membership",
        _ => "process",
    };
}
