namespace Gabbro.Platform.Abi;

/// <summary>The systems, C libraries and processors whose binary interface the package knows.</summary>
public enum AbiTarget : byte
{
    /// <summary>Linux with glibc on x64.</summary>
    LinuxX64 = 0,

    /// <summary>Linux with glibc on arm64.</summary>
    LinuxArm64,

    /// <summary>Linux with musl on x64.</summary>
    LinuxMuslX64,

    /// <summary>Linux with musl on arm64.</summary>
    LinuxMuslArm64,

    /// <summary>macOS on x64.</summary>
    MacX64,

    /// <summary>macOS on arm64.</summary>
    MacArm64,

    /// <summary>Windows on x64.</summary>
    WindowsX64,

    /// <summary>Windows on arm64.</summary>
    WindowsArm64,
}
