using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Every foreign function takes and returns blittable values only, so the call is a bare transition: no marshalling stub
// that could touch errno, nothing for trimming or ahead-of-time compilation to lose.
[assembly: DisableRuntimeMarshalling]
// Foreign functions come from the system's own libraries, never from a file planted beside the program.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.System32)]
