using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>spawn.h: the two objects go as opaque memory, 512 bytes being more than any C library needs.</summary>
internal static unsafe partial class SpawnApi
{
    internal static int posix_spawn(
        int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawn), out nint result, (nint)process, (nint)path, (nint)actions, (nint)attributes, (nint)arguments, (nint)environment))
        {
            return (int)result;
        }
        return Calls.posix_spawn(process, path, actions, attributes, arguments, environment);
    }

    internal static int posix_spawn_file_actions_init(void* actions)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawn_file_actions_init), out nint result, (nint)actions))
        {
            return (int)result;
        }
        return Calls.posix_spawn_file_actions_init(actions);
    }

    internal static int posix_spawn_file_actions_destroy(void* actions)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawn_file_actions_destroy), out nint result, (nint)actions))
        {
            return (int)result;
        }
        return Calls.posix_spawn_file_actions_destroy(actions);
    }

    internal static int posix_spawn_file_actions_adddup2(void* actions, int source, int target)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawn_file_actions_adddup2), out nint result, (nint)actions, source, target))
        {
            return (int)result;
        }
        return Calls.posix_spawn_file_actions_adddup2(actions, source, target);
    }

    internal static int posix_spawn_file_actions_addclose(void* actions, int descriptor)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawn_file_actions_addclose), out nint result, (nint)actions, descriptor))
        {
            return (int)result;
        }
        return Calls.posix_spawn_file_actions_addclose(actions, descriptor);
    }

    internal static int posix_spawn_file_actions_addchdir_np(void* actions, byte* path)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawn_file_actions_addchdir_np), out nint result, (nint)actions, (nint)path))
        {
            return (int)result;
        }
        return Calls.posix_spawn_file_actions_addchdir_np(actions, path);
    }

    internal static int posix_spawn_file_actions_addinherit_np(void* actions, int descriptor)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawn_file_actions_addinherit_np), out nint result, (nint)actions, descriptor))
        {
            return (int)result;
        }
        return Calls.posix_spawn_file_actions_addinherit_np(actions, descriptor);
    }

    internal static int posix_spawnattr_init(void* attributes)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawnattr_init), out nint result, (nint)attributes))
        {
            return (int)result;
        }
        return Calls.posix_spawnattr_init(attributes);
    }

    internal static int posix_spawnattr_destroy(void* attributes)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawnattr_destroy), out nint result, (nint)attributes))
        {
            return (int)result;
        }
        return Calls.posix_spawnattr_destroy(attributes);
    }

    internal static int posix_spawnattr_setflags(void* attributes, short flags)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawnattr_setflags), out nint result, (nint)attributes, flags))
        {
            return (int)result;
        }
        return Calls.posix_spawnattr_setflags(attributes, flags);
    }

    internal static int posix_spawnattr_setpgroup(void* attributes, int group)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawnattr_setpgroup), out nint result, (nint)attributes, group))
        {
            return (int)result;
        }
        return Calls.posix_spawnattr_setpgroup(attributes, group);
    }

    internal static int posix_spawnattr_setsigmask(void* attributes, void* mask)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawnattr_setsigmask), out nint result, (nint)attributes, (nint)mask))
        {
            return (int)result;
        }
        return Calls.posix_spawnattr_setsigmask(attributes, mask);
    }

    internal static int posix_spawnattr_setsigdefault(void* attributes, void* mask)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(posix_spawnattr_setsigdefault), out nint result, (nint)attributes, (nint)mask))
        {
            return (int)result;
        }
        return Calls.posix_spawnattr_setsigdefault(attributes, mask);
    }

    private static partial class Calls
    {
        [LibraryImport("libc")]
        internal static partial int posix_spawn(
            int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

        [LibraryImport("libc")]
        internal static partial int posix_spawn_file_actions_init(void* actions);

        [LibraryImport("libc")]
        internal static partial int posix_spawn_file_actions_destroy(void* actions);

        [LibraryImport("libc")]
        internal static partial int posix_spawn_file_actions_adddup2(void* actions, int source, int target);

        [LibraryImport("libc")]
        internal static partial int posix_spawn_file_actions_addclose(void* actions, int descriptor);

        [LibraryImport("libc")]
        internal static partial int posix_spawn_file_actions_addchdir_np(void* actions, byte* path);

        [LibraryImport("libc")]
        internal static partial int posix_spawn_file_actions_addinherit_np(void* actions, int descriptor);

        [LibraryImport("libc")]
        internal static partial int posix_spawnattr_init(void* attributes);

        [LibraryImport("libc")]
        internal static partial int posix_spawnattr_destroy(void* attributes);

        [LibraryImport("libc")]
        internal static partial int posix_spawnattr_setflags(void* attributes, short flags);

        [LibraryImport("libc")]
        internal static partial int posix_spawnattr_setpgroup(void* attributes, int group);

        [LibraryImport("libc")]
        internal static partial int posix_spawnattr_setsigmask(void* attributes, void* mask);

        [LibraryImport("libc")]
        internal static partial int posix_spawnattr_setsigdefault(void* attributes, void* mask);
    }
}
