namespace Gabbro.Platform.Containers;

/// <summary>The hierarchies a control group can live in.</summary>
public enum CgroupVersion
{
    /// <summary>The unified hierarchy (cgroups(7), version 2).</summary>
    V2 = 0,

    /// <summary>The freezer of version 1.</summary>
    V1Freezer,

    /// <summary>The memory controller of version 1.</summary>
    V1Memory,

    /// <summary>The processor controller of version 1.</summary>
    V1Cpu,

    /// <summary>The process-number controller of version 1.</summary>
    V1Pids,
}
