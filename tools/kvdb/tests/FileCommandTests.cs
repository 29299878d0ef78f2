using System.Text.Json;

namespace Gabbro.Tools.Kvdb.Tests;

/// <summary>The verbs for one database in one file print what users are shown in the documents, to the letter.</summary>
public sealed class FileCommandTests
{
    private string _directory = null!;
    private string _file = null!;

    [SetUp]
    public void MakeDirectory()
    {
        _directory = Directory.CreateTempSubdirectory("kvdb-tests-").FullName;
        _file = Path.Combine(_directory, "mydata.db");
    }

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void Session_OfTheDocuments_PrintsExactlyThat()
    {
        Expect($"Database created: {_file}\n", "create", _file);
        Expect("Inserted: user:1\n", "put", _file, "user:1", "{\"name\": \"Alice\"}");
        Expect("Inserted: user:2\n", "put", _file, "user:2", "{\"name\": \"Bob\"}");
        Expect("Inserted: config:timeout\n", "put", _file, "config:timeout", "30");
        Expect("{\"name\": \"Alice\"}\n", "get", _file, "user:1");
        Expect("Key not found: user:999\n", 1, "get", _file, "user:999");
        Expect("user:1\nuser:2\n", "scan", _file, "user:");
        Expect("config:timeout\nuser:1\nuser:2\n", "scan", _file);
        Expect("config:timeout = 30\n", "scan", _file, "config", "--values");
        Expect("Deleted: user:1\n", "delete", _file, "user:1");
        Expect("Key not found: user:1\n", 1, "get", _file, "user:1");
        Expect("Key not found: user:1\n", 1, "delete", _file, "user:1");
    }

    [Test]
    public void Stats_OfAFile_HaveTheLinesAndTheJson()
    {
        Outcome.Of("create", _file);
        Outcome.Of("put", _file, "a", "1");
        var lines = Outcome.Of("stats", _file).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(6));
        Assert.That(lines[0], Is.EqualTo($"Database: {_file}"));
        Assert.That(lines[1], Does.Match("^File size: [0-9.]+ KB$"));
        Assert.That(lines[2], Is.EqualTo("Records: 1"));
        Assert.That(lines[3], Is.EqualTo("B-tree depth: 1"));
        Assert.That(lines[4], Does.Match("^Fill factor: [0-9]+%$"));
        Assert.That(lines[5], Does.Match("^Free space: [0-9.]+ KB$"));
        using var json = JsonDocument.Parse(Outcome.Of("stats", _file, "--json").Output);
        Assert.That(json.RootElement.GetProperty("Records").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public void BackupCheckVacuum_OfAFileInUse_Work()
    {
        Outcome.Of("create", _file);
        for (var i = 0; i < 3; i++)
            Outcome.Of("put", _file, $"k{i}", new string('v', 50_000));
        // Somebody else has it open meanwhile.
        using var server = Outcome.Start("serve", "--engine=btree", _file);
        Assert.That(server.StandardOutput.ReadLine(), Is.EqualTo("ready"));
        server.StandardInput.WriteLine("1 put 61 62");
        Assert.That(server.StandardOutput.ReadLine(), Is.EqualTo("1 ok"));
        var copy = Path.Combine(_directory, "copy.db");
        Expect($"Backed up: {_file} to {copy}\n", "backup", _file, copy);
        Expect("b\n", "get", copy, "a");
        var again = Outcome.Of("backup", _file, copy);
        Assert.That((again.Code, again.Errors), Is.EqualTo((1, $"back up to {copy}: there is a file already\n")));
        Outcome.Of("delete", _file, "k1");
        Outcome.Of("delete", _file, "k2");
        var before = new FileInfo(_file).Length;
        var vacuumed = Outcome.Of("vacuum", _file);
        Assert.That(vacuumed.Output, Does.Match($"^Vacuumed: {System.Text.RegularExpressions.Regex.Escape(_file)} from [0-9.]+ [KM]B to [0-9.]+ [KM]B\n$"));
        Assert.That(new FileInfo(_file).Length, Is.LessThan(before - 90_000));
        var check = Outcome.Of("check", _file);
        Assert.That((check.Code, check.Output), Is.EqualTo((0, check.Output)));
        Assert.That(check.Output, Does.EndWith("2 records, 0 lost pages: ok\n"));
        server.StandardInput.WriteLine("2 get 61");
        Assert.That(server.StandardOutput.ReadLine(), Is.EqualTo("2 ok 62"));
        server.StandardInput.WriteLine("3 close");
        Assert.That(server.StandardOutput.ReadLine(), Is.EqualTo("3 ok"));
        server.WaitForExit();
        Assert.That(server.ExitCode, Is.Zero);
    }

    [Test]
    public void Stress_WithProcesses_PrintsTheReport()
    {
        var outcome = Outcome.Of("stress", _file, "--writers", "4", "--readers", "8", "--ops", "2000");
        Assert.That(outcome.Code, Is.Zero, outcome.Output + outcome.Errors);
        Assert.That(outcome.Output, Does.Match(
            "^Running stress test...\nWriters: 4, Readers: 8\nTotal operations: 2000\n\nResults:\n"
            + "  Writes: 800 \\(100% success\\)\n  Reads: 1200 \\(100% success\\)\n"
            + "  Lock contentions: [0-9]+\n  Deadlocks: 0\n  Throughput: [0-9,]+ ops/sec\n$"));
    }

    [Test]
    public void BadInput_GivesOneClearLineAndNoTrace()
    {
        var missing = Path.Combine(_directory, "missing.db");
        foreach (var verb in new[] { "get", "delete" })
            ExpectError(1, $"open {missing}: no such file\n", verb, missing, "k");
        foreach (var verb in new[] { "scan", "stats", "check", "vacuum" })
            ExpectError(1, $"open {missing}: no such file\n", verb, missing);
        Assert.That(Directory.GetFiles(_directory), Is.Empty);
        File.WriteAllText(missing, "SQLite format 3 or anything else");
        ExpectError(1, $"open {missing}: the file is not a Gabbro database\n", "get", missing, "k");
        File.WriteAllBytes(missing, []);
        ExpectError(1, $"open {missing}: the file is empty, not a Gabbro database\n", "check", missing);
        Outcome.Of("create", _file);
        ExpectError(1, $"create {_file}: there is a file already\n", "create", _file);
        var tooLong = Outcome.Of("put", _file, new string('k', 993), "v");
        Assert.That((tooLong.Code, tooLong.Errors.Split('\n')[0]), Is.EqualTo((2, "A key has at most 992 bytes, not 993. (Parameter 'key')")));
        Assert.That(Outcome.Of("get", _file).Code, Is.EqualTo(2));
        Assert.That(Outcome.Of("stress", _file, "--nothing").Code, Is.EqualTo(2));
    }

    [Test]
    public void Put_KilledAtOnce_LeavesADatabaseThatWorks()
    {
        Outcome.Of("create", _file);
        for (var i = 0; i < 4; i++)
        {
            using (var put = Outcome.Start("put", _file, $"key{i}", "value"))
            {
                put.Kill();
                put.WaitForExit();
            }

            var got = Outcome.Of("get", _file, $"key{i}");
            Assert.That(got.Output, Is.AnyOf("value\n", $"Key not found: key{i}\n"));
        }

        Assert.That(Outcome.Of("check", _file).Code, Is.Zero);
    }

    private static void Expect(string output, params string[] arguments) => Expect(output, 0, arguments);

    private static void Expect(string output, int code, params string[] arguments)
    {
        var outcome = Outcome.Of(arguments);
        Assert.That((outcome.Output, outcome.Code), Is.EqualTo((output, code)), outcome.Errors);
    }

    private static void ExpectError(int code, string error, params string[] arguments)
    {
        var outcome = Outcome.Of(arguments);
        Assert.That((outcome.Errors, outcome.Code, outcome.Output), Is.EqualTo((error, code, "")));
    }
}
