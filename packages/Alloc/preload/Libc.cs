using System.Runtime;
using System.Runtime.CompilerServices;

namespace Gabbro.Alloc.Preload;

/// <summary>
/// Everything the library takes from libc: nothing here allocates, but for pthread_create and backtrace, which are called
/// only where a nested malloc is fine. imports.txt lists the same names, and the build checks the library against it.
/// </summary>
internal static unsafe class Libc
{
    [RuntimeImport("*", "mmap")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* Mmap(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [RuntimeImport("*", "munmap")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Munmap(void* address, nuint length);

    [RuntimeImport("*", "mprotect")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Mprotect(void* address, nuint length, int protection);

    [RuntimeImport("*", "madvise")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Madvise(void* address, nuint length, int advice);

    // Both are variadic in C; with no floating-point arguments the calls are alike.
    [RuntimeImport("*", "gabbro_mremap")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* Mremap(void* address, nuint oldLength, nuint newLength, int flags, void* target);

    [RuntimeImport("*", "gabbro_futex")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern long Futex(int* word, int operation, int value, Timespec* timeout);

    [RuntimeImport("*", "gabbro_gettid")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Gettid();

    [RuntimeImport("*", "gabbro_getrandom")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern nint Getrandom(void* bytes, nuint length, uint flags);

    [RuntimeImport("*", "sigaction")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Sigaction(int signal, SignalAction* action, SignalAction* old);

    [RuntimeImport("*", "clock_gettime")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int ClockGettime(int clock, Timespec* time);

    [RuntimeImport("*", "memset")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* Memset(void* start, int value, nuint length);

    [RuntimeImport("*", "memcpy")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* Memcpy(void* to, void* from, nuint length);

    [RuntimeImport("*", "__errno_location")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int* ErrnoLocation();

    [RuntimeImport("*", "abort")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Abort();

    [RuntimeImport("*", "write")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern nint Write(int descriptor, void* bytes, nuint length);

    [RuntimeImport("*", "open")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Open(byte* path, int flags, int mode);

    [RuntimeImport("*", "fcntl")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Fcntl(int descriptor, int command, int argument);

    [RuntimeImport("*", "getpid")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Getpid();

    /// <summary>The first call loads libgcc_s and allocates.</summary>
    [RuntimeImport("*", "backtrace")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Backtrace(void** frames, int count);

    [RuntimeImport("*", "backtrace_symbols_fd")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void BacktraceSymbolsFd(void** frames, int count, int descriptor);

    [RuntimeImport("*", "fwrite")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern nuint Fwrite(void* bytes, nuint size, nuint count, void* stream);

    [RuntimeImport("*", "pthread_key_create")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int PthreadKeyCreate(uint* key, void* destructor);

    [RuntimeImport("*", "pthread_setspecific")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int PthreadSetspecific(uint key, void* value);

    [RuntimeImport("*", "pthread_create")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int PthreadCreate(nuint* thread, void* attributes, void* start, void* argument);

    [RuntimeImport("*", "pthread_attr_init")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int PthreadAttrInit(void* attributes);

    [RuntimeImport("*", "pthread_attr_destroy")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int PthreadAttrDestroy(void* attributes);

    [RuntimeImport("*", "pthread_attr_setdetachstate")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int PthreadAttrSetdetachstate(void* attributes, int state);

    [RuntimeImport("*", "pthread_sigmask")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int PthreadSigmask(int how, void* set, void* old);

    [RuntimeImport("*", "nanosleep")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Nanosleep(Timespec* duration, Timespec* rest);

    [RuntimeImport("*", "__register_atfork")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int RegisterAtfork(void* prepare, void* parent, void* child, void* library);
}
