using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary>processthreadsapi.h, jobapi2.h and namedpipeapi.h: what spawning needs.</summary>
internal static unsafe partial class ProcessThreadsApi
{
    internal const uint CREATE_SUSPENDED = 0x4;
    internal const uint DETACHED_PROCESS = 0x8;
    internal const uint CREATE_NEW_PROCESS_GROUP = 0x200;
    internal const uint CREATE_UNICODE_ENVIRONMENT = 0x400;
    internal const uint EXTENDED_STARTUPINFO_PRESENT = 0x80000;
    internal const uint IDLE_PRIORITY_CLASS = 0x40;
    internal const uint BELOW_NORMAL_PRIORITY_CLASS = 0x4000;
    internal const uint NORMAL_PRIORITY_CLASS = 0x20;
    internal const uint ABOVE_NORMAL_PRIORITY_CLASS = 0x8000;
    internal const uint HIGH_PRIORITY_CLASS = 0x80;
    internal const uint STARTF_USESTDHANDLES = 0x100;
    internal const nuint PROC_THREAD_ATTRIBUTE_HANDLE_LIST = 0x20002;
    internal const uint STILL_ACTIVE = 259;
    internal const uint PIPE_ACCESS_INBOUND = 1;
    internal const uint PIPE_ACCESS_OUTBOUND = 2;
    internal const uint PIPE_REJECT_REMOTE_CLIENTS = 8;
    internal const uint FILE_FLAG_FIRST_PIPE_INSTANCE = 0x80000;
    internal const uint FILE_FLAG_OVERLAPPED = 0x40000000;
    internal const uint GENERIC_READ = 0x80000000;
    internal const uint GENERIC_WRITE = 0x40000000;
    internal const uint OPEN_EXISTING = 3;
    internal const uint DUPLICATE_SAME_ACCESS = 2;
    internal const int JobObjectExtendedLimitInformation = 9;
    internal const uint JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE = 0x2000;

    internal static int CreateProcessW(
        char* application, char* commandLine, void* processAttributes, void* threadAttributes, int inheritHandles, uint flags, void* environment, char* directory, void* startup, ProcessInformation* information)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateProcessW), out nint result, (nint)application, (nint)commandLine, (nint)processAttributes, (nint)threadAttributes, inheritHandles, (nint)flags, (nint)environment, (nint)directory, (nint)startup, (nint)information))
        {
            return (int)result;
        }
        return Calls.CreateProcessW(application, commandLine, processAttributes, threadAttributes, inheritHandles, flags, environment, directory, startup, information);
    }

    internal static int InitializeProcThreadAttributeList(void* list, uint count, uint flags, nuint* size)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(InitializeProcThreadAttributeList), out nint result, (nint)list, (nint)count, (nint)flags, (nint)size))
        {
            return (int)result;
        }
        return Calls.InitializeProcThreadAttributeList(list, count, flags, size);
    }

    internal static int UpdateProcThreadAttribute(
        void* list, uint flags, nuint attribute, void* value, nuint size, void* previous, nuint* returned)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(UpdateProcThreadAttribute), out nint result, (nint)list, (nint)flags, (nint)attribute, (nint)value, (nint)size, (nint)previous, (nint)returned))
        {
            return (int)result;
        }
        return Calls.UpdateProcThreadAttribute(list, flags, attribute, value, size, previous, returned);
    }

    internal static void DeleteProcThreadAttributeList(void* list)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(DeleteProcThreadAttributeList), out _, (nint)list))
            return;
        Calls.DeleteProcThreadAttributeList(list);
    }

    internal static int GetExitCodeProcess(nint process, uint* code)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(GetExitCodeProcess), out nint result, process, (nint)code))
        {
            return (int)result;
        }
        return Calls.GetExitCodeProcess(process, code);
    }

    internal static int TerminateProcess(nint process, uint code)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(TerminateProcess), out nint result, process, (nint)code))
        {
            return (int)result;
        }
        return Calls.TerminateProcess(process, code);
    }

    internal static uint ResumeThread(nint thread)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(ResumeThread), out nint result, thread))
            return (uint)result;
        return Calls.ResumeThread(thread);
    }

    internal static nint GetStdHandle(uint number)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(nameof(GetStdHandle), out nint result, (nint)number))
            return result;
        return Calls.GetStdHandle(number);
    }

    internal static nint CreateNamedPipeW(
        char* name, uint openMode, uint pipeMode, uint instances, uint outRoom, uint inRoom, uint timeout, void* attributes)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateNamedPipeW), out nint result, (nint)name, (nint)openMode, (nint)pipeMode, (nint)instances, (nint)outRoom, (nint)inRoom, (nint)timeout, (nint)attributes))
        {
            return result;
        }
        return Calls.CreateNamedPipeW(name, openMode, pipeMode, instances, outRoom, inRoom, timeout, attributes);
    }

    internal static nint CreateJobObjectW(void* attributes, char* name)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateJobObjectW), out nint result, (nint)attributes, (nint)name))
        {
            return result;
        }
        return Calls.CreateJobObjectW(attributes, name);
    }

    internal static int SetInformationJobObject(nint job, int kind, void* information, uint length)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(SetInformationJobObject), out nint result, job, kind, (nint)information, (nint)length))
        {
            return (int)result;
        }
        return Calls.SetInformationJobObject(job, kind, information, length);
    }

    internal static int AssignProcessToJobObject(nint job, nint process)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(AssignProcessToJobObject), out nint result, job, process))
        {
            return (int)result;
        }
        return Calls.AssignProcessToJobObject(job, process);
    }

    internal static int TerminateJobObject(nint job, uint code)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(TerminateJobObject), out nint result, job, (nint)code))
        {
            return (int)result;
        }
        return Calls.TerminateJobObject(job, code);
    }

    internal static nint CreateFileW(
        char* name, uint access, uint share, void* attributes, uint disposition, uint flags, nint template)
    {
        if (NativeSeam.IsEnabled && NativeSeam.Intercept(
            nameof(CreateFileW), out nint result, (nint)name, (nint)access, (nint)share, (nint)attributes, (nint)disposition, (nint)flags, template))
        {
            return result;
        }
        return Calls.CreateFileW(name, access, share, attributes, disposition, flags, template);
    }

    private static partial class Calls
    {
        [LibraryImport("kernel32")]
        internal static partial int CreateProcessW(
            char* application, char* commandLine, void* processAttributes, void* threadAttributes, int inheritHandles, uint flags, void* environment, char* directory, void* startup, ProcessInformation* information);

        [LibraryImport("kernel32")]
        internal static partial int InitializeProcThreadAttributeList(void* list, uint count, uint flags, nuint* size);

        [LibraryImport("kernel32")]
        internal static partial int UpdateProcThreadAttribute(
            void* list, uint flags, nuint attribute, void* value, nuint size, void* previous, nuint* returned);

        [LibraryImport("kernel32")]
        internal static partial void DeleteProcThreadAttributeList(void* list);

        [LibraryImport("kernel32")]
        internal static partial int GetExitCodeProcess(nint process, uint* code);

        [LibraryImport("kernel32")]
        internal static partial int TerminateProcess(nint process, uint code);

        [LibraryImport("kernel32")]
        internal static partial uint ResumeThread(nint thread);

        [LibraryImport("kernel32")]
        internal static partial nint GetStdHandle(uint number);

        [LibraryImport("kernel32")]
        internal static partial nint CreateNamedPipeW(
            char* name, uint openMode, uint pipeMode, uint instances, uint outRoom, uint inRoom, uint timeout, void* attributes);

        [LibraryImport("kernel32")]
        internal static partial nint CreateJobObjectW(void* attributes, char* name);

        [LibraryImport("kernel32")]
        internal static partial int SetInformationJobObject(nint job, int kind, void* information, uint length);

        [LibraryImport("kernel32")]
        internal static partial int AssignProcessToJobObject(nint job, nint process);

        [LibraryImport("kernel32")]
        internal static partial int TerminateJobObject(nint job, uint code);

        [LibraryImport("kernel32")]
        internal static partial nint CreateFileW(
            char* name, uint access, uint share, void* attributes, uint disposition, uint flags, nint template);
    }
}
