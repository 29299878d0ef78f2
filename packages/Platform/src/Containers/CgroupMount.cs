using Gabbro.Platform.Native;

namespace Gabbro.Platform.Containers;

/// <summary>Where a hierarchy is mounted and where in it this process lives, out of /proc/self/mountinfo and /proc/self/cgroup.</summary>
/// <param name="MountPoint">The path of the mount.</param>
/// <param name="Group">The group of this process as a path below the mount, without a trailing slash; empty at its root.</param>
internal readonly record struct CgroupMount(string MountPoint, string Group)
{
    internal string Path => MountPoint + Group;

    internal static CgroupMount? Find(CgroupVersion version) =>
        SmallFile.TryRead("/proc/self/mountinfo") is { } mounts && SmallFile.TryRead("/proc/self/cgroup") is { } groups
            ? Find(version, mounts, groups)
            : null;

    internal static CgroupMount? Find(CgroupVersion version, string mounts, string groups)
    {
        string? controller = Controller(version);
        string? group = GroupOf(controller, groups);
        if (group is null) return null;
        foreach (string line in mounts.Split('\n'))
        {
            // 36 35 98:0 /root /mount/point options ... - type source super-options
            int dash = line.IndexOf(" - ", StringComparison.Ordinal);
            if (dash < 0) continue;
            string[] head = line[..dash].Split(' ');
            string[] tail = line[(dash + 3)..].Split(' ');
            if (head.Length < 5 || tail.Length < 3) continue;
            bool matches = controller is null ? tail[0] == "cgroup2" : tail[0] == "cgroup" && tail[2].Split(',').Contains(controller);
            if (!matches) continue;
            string root = Unescape(head[3]), point = Unescape(head[4]);
            // In a container the mount shows a part of the hierarchy, and the group may be told from the outer root.
            if (root != "/" && group.StartsWith(root, StringComparison.Ordinal)) group = group[root.Length..];
            else if (root != "/") group = "";
            if (group == "/") group = "";
            return new CgroupMount(point, group);
        }

        return null;
    }

    private static string? Controller(CgroupVersion version) => version switch
    {
        CgroupVersion.V1Freezer => "freezer",
        CgroupVersion.V1Memory => "memory",
        CgroupVersion.V1Cpu => "cpu",
        CgroupVersion.V1Pids => "pids",
        _ => null,
    };

    private static string? GroupOf(string? controller, string groups)
    {
        foreach (string line in groups.Split('\n'))
        {
            string[] fields = line.Split(':', 3);
            if (fields.Length < 3) continue;
            if (controller is null ? fields[0] == "0" && fields[1].Length == 0 : fields[1].Split(',').Contains(controller))
                return fields[2];
        }

        return null;
    }

    /// <summary>mountinfo writes blanks and the like as three octal digits.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        System.Text.StringBuilder plain = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                plain.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
