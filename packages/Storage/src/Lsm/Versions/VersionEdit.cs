using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Tables;

namespace Gabbro.Storage.Lsm.Versions;

/// <summary>One atomic change of the manifest: all of it happens or nothing does.</summary>
internal sealed class VersionEdit
{
    private const byte TagDatabaseId = 1;
    private const byte TagNextFile = 2;
    private const byte TagLastSequence = 3;
    private const byte TagLogCreated = 4;
    private const byte TagLogDeleted = 5;
    private const byte TagFamilyCreated = 6;
    private const byte TagFamilyDropped = 7;
    private const byte TagFamilyLog = 8;
    private const byte TagTableAdded = 9;
    private const byte TagTableRemoved = 10;
    private const byte TagNextFamily = 11;

    public ulong? DatabaseId { get; set; }

    public ulong? NextFile { get; set; }

    public ulong? LastSequence { get; set; }

    public uint? NextFamily { get; set; }

    public List<ulong> LogsCreated { get; } = [];

    public List<ulong> LogsDeleted { get; } = [];

    public List<(uint Id, string Name)> FamiliesCreated { get; } = [];

    public List<uint> FamiliesDropped { get; } = [];

    /// <summary>Per family, the oldest log that still holds entries of it which no table has.</summary>
    public List<(uint Family, ulong Log)> FamilyLogs { get; } = [];

    public List<(uint Family, int Level, TableMetadata Table)> Added { get; } = [];

    public List<(uint Family, int Level, ulong Number)> Removed { get; } = [];

    public void Encode(ByteBuffer target)
    {
        Tag(target, TagDatabaseId, DatabaseId);
        Tag(target, TagNextFile, NextFile);
        Tag(target, TagLastSequence, LastSequence);
        Tag(target, TagNextFamily, NextFamily);
        foreach (var log in LogsCreated)
            Tag(target, TagLogCreated, log);
        foreach (var log in LogsDeleted)
            Tag(target, TagLogDeleted, log);
        foreach (var (id, name) in FamiliesCreated)
        {
            Tag(target, TagFamilyCreated, id);
            target.AppendSized(System.Text.Encoding.UTF8.GetBytes(name));
        }

        foreach (var id in FamiliesDropped)
            Tag(target, TagFamilyDropped, id);
        foreach (var (family, log) in FamilyLogs)
        {
            Tag(target, TagFamilyLog, family);
            target.AppendVarint(log);
        }

        foreach (var (family, level, table) in Added)
        {
            Tag(target, TagTableAdded, family);
            target.AppendByte((byte)level);
            table.Encode(target);
        }

        foreach (var (family, level, number) in Removed)
        {
            Tag(target, TagTableRemoved, family);
            target.AppendByte((byte)level);
            target.AppendVarint(number);
        }
    }

    public static VersionEdit Decode(ByteCursor source)
    {
        var edit = new VersionEdit();
        while (!source.AtEnd)
        {
            var tag = source.ReadByte();
            var value = source.ReadVarint();
            switch (tag)
            {
                case TagDatabaseId:
                    edit.DatabaseId = value;
                    break;
                case TagNextFile:
                    edit.NextFile = value;
                    break;
                case TagLastSequence:
                    edit.LastSequence = value;
                    break;
                case TagNextFamily:
                    edit.NextFamily = (uint)value;
                    break;
                case TagLogCreated:
                    edit.LogsCreated.Add(value);
                    break;
                case TagLogDeleted:
                    edit.LogsDeleted.Add(value);
                    break;
                case TagFamilyCreated:
                    edit.FamiliesCreated.Add(((uint)value, System.Text.Encoding.UTF8.GetString(source.ReadSized())));
                    break;
                case TagFamilyDropped:
                    edit.FamiliesDropped.Add((uint)value);
                    break;
                case TagFamilyLog:
                    edit.FamilyLogs.Add(((uint)value, source.ReadVarint()));
                    break;
                case TagTableAdded:
                    edit.Added.Add(((uint)value, ReadLevel(ref source), TableMetadata.Decode(ref source)));
                    break;
                case TagTableRemoved:
                    edit.Removed.Add(((uint)value, ReadLevel(ref source), source.ReadVarint()));
                    break;
                default:
                    throw source.Bad($"a known tag of an edit, found {tag}");
            }
        }

        return edit;
    }

    private static int ReadLevel(ref ByteCursor source)
    {
        var level = source.ReadByte();
        return level < Version.LevelCount ? level : throw source.Bad($"a level below {Version.LevelCount}, found {level}");
    }

    private static void Tag(ByteBuffer target, byte tag, ulong? value)
    {
        if (value is not { } present)
            return;
        target.AppendByte(tag);
        target.AppendVarint(present);
    }
}
