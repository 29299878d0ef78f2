namespace Gabbro.Storage.Tests.Simulation;

/// <summary>A change of names that no directory sync has made durable yet: an atomic set of removals and an addition.</summary>
internal sealed record DirectoryChange(string? Removed, string? Added, SimulatedInode? Inode)
{
    public void Apply(Dictionary<string, SimulatedInode> names)
    {
        if (Removed is not null)
            names.Remove(Removed);
        if (Added is not null)
            names[Added] = Inode!;
    }

    public bool Touches(string directory) =>
        (Removed is not null && Path.GetDirectoryName(Removed) == directory)
        || (Added is not null && Path.GetDirectoryName(Added) == directory);
}
