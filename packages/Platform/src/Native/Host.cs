using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native;

/// <summary>
/// The operating system and processor the code acts for. The answers are constants to the JIT, so the branches of other
/// systems cost nothing; only under the test seam may a test have the code act for Darwin on another host.
/// </summary>
internal static class Host
{
    internal static bool IsWindows => OperatingSystem.IsWindows();

    internal static bool IsDarwin =>
        OperatingSystem.IsMacOS() || (NativeSeam.IsEnabled && NativeSeam.ActsForDarwin);

    internal static bool IsLinux => !IsWindows && !IsDarwin;

    internal static bool IsArm64 { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>
    /// Apple's arm64 calling convention passes variadic arguments on the stack even when registers are free. A call
    /// declared without an ellipsis must pad the registers to get its optional arguments there.
    /// </summary>
    internal static bool VariadicOnStack => IsArm64 && IsDarwin;
}
