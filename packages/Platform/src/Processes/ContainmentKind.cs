namespace Gabbro.Platform.Processes;

/// <summary>How the descendants of a child are kept together.</summary>
public enum ContainmentKind
{
    /// <summary>Not at all: killing the tree walks the parent links there are at that moment.</summary>
    None = 0,

    /// <summary>A control group of version 2: the kernel kills all members in one step.</summary>
    Cgroup,

    /// <summary>A control group of the version 1 freezer: members are frozen, then killed.</summary>
    FreezerCgroup,

    /// <summary>This process adopts orphans (<c>PR_SET_CHILD_SUBREAPER</c>), which are told by a variable in their environment.
    /// A descendant that wipes its environment and loses its parent escapes. The child leads a process group of its own, and
    /// remains of orphans are taken when the tree is killed.</summary>
    Subreaper,

    /// <summary>A job object of Windows.</summary>
    Job,
}
