namespace Gabbro.Platform.Containers;

/// <summary>The container a child is born in (Linux): namespaces, user maps, mounts and a new root. The steps run in this
/// order in the child; the one that fails is named.</summary>
public sealed class ContainerOptions
{
    /// <summary>The new namespaces.</summary>
    public NamespaceKinds Namespaces { get; set; }

    /// <summary>The users of a new user namespace, up to 340 ranges. Without privileges: one range of the caller's own user.</summary>
    public IList<IdMapping> UserMap { get; } = [];

    /// <summary>The groups of a new user namespace. Without privileges: one range of the caller's own group.</summary>
    public IList<IdMapping> GroupMap { get; } = [];

    /// <summary>The host name in a new <see cref="NamespaceKinds.Uts"/> namespace; null to keep it.</summary>
    public string? HostName { get; set; }

    /// <summary>Mounts, made in order in a new <see cref="NamespaceKinds.Mount"/> namespace after it was made private.</summary>
    public IList<MountRequest> Mounts { get; } = [];

    /// <summary>A directory to become the root by pivot_root(2), the old root being detached; null to keep it. It must be a mount
    /// point, which a bind mount onto itself makes it.</summary>
    public string? PivotRoot { get; set; }

    internal void Check()
    {
        if ((UserMap.Count > 0 || GroupMap.Count > 0) && (Namespaces & NamespaceKinds.User) == 0)
            throw new ArgumentException("Users and groups are mapped in a new user namespace only.");
        if (UserMap.Count > 340 || GroupMap.Count > 340) throw new ArgumentException("A map has at most 340 ranges.");
        if (HostName is not null && (Namespaces & NamespaceKinds.Uts) == 0)
            throw new ArgumentException("A host name is set in a new UTS namespace only.");
        if ((Mounts.Count > 0 || PivotRoot is not null) && (Namespaces & NamespaceKinds.Mount) == 0)
            throw new ArgumentException("Mounts are made in a new mount namespace only.");
        if (HostName?.Length > 64) throw new ArgumentException("A host name has at most 64 characters.");
        foreach (string? text in Mounts.SelectMany(m => new[] { m.Source, m.Target, m.FileSystem, m.Data }).Append(HostName).Append(PivotRoot))
            if (text is not null && text.Contains('\0')) throw new ArgumentException("A zero character in a container option.");
    }
}
