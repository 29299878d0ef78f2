namespace Gabbro.Platform.Ipc;

/// <summary>Signals of Unix by name; the native numbers differ between systems. See signal(7).</summary>
public enum Signal
{
    /// <summary>No signal: only check that the process is there and may be signalled.</summary>
    None = 0,

    /// <summary>The terminal is gone (<c>SIGHUP</c>).</summary>
    HangUp,

    /// <summary>Interrupt from the keyboard (<c>SIGINT</c>).</summary>
    Interrupt,

    /// <summary>Quit from the keyboard (<c>SIGQUIT</c>).</summary>
    Quit,

    /// <summary>Illegal instruction (<c>SIGILL</c>).</summary>
    IllegalInstruction,

    /// <summary>Breakpoint (<c>SIGTRAP</c>).</summary>
    Trap,

    /// <summary>abort(3) (<c>SIGABRT</c>).</summary>
    Abort,

    /// <summary>Bad memory access (<c>SIGBUS</c>).</summary>
    Bus,

    /// <summary>Arithmetic error (<c>SIGFPE</c>).</summary>
    ArithmeticError,

    /// <summary>End at once; cannot be caught (<c>SIGKILL</c>).</summary>
    Kill,

    /// <summary>The program's own (<c>SIGUSR1</c>).</summary>
    User1,

    /// <summary>Invalid memory reference (<c>SIGSEGV</c>).</summary>
    SegmentationFault,

    /// <summary>The program's own (<c>SIGUSR2</c>).</summary>
    User2,

    /// <summary>Write to a pipe nobody reads (<c>SIGPIPE</c>).</summary>
    Pipe,

    /// <summary>alarm(2) (<c>SIGALRM</c>).</summary>
    Alarm,

    /// <summary>Please end (<c>SIGTERM</c>).</summary>
    Terminate,

    /// <summary>A child has changed state (<c>SIGCHLD</c>).</summary>
    Child,

    /// <summary>Continue when stopped (<c>SIGCONT</c>).</summary>
    Continue,

    /// <summary>Stop; cannot be caught (<c>SIGSTOP</c>).</summary>
    Stop,

    /// <summary>Stop from the keyboard (<c>SIGTSTP</c>).</summary>
    TerminalStop,

    /// <summary>A background process reads the terminal (<c>SIGTTIN</c>).</summary>
    TerminalInput,

    /// <summary>A background process writes to the terminal (<c>SIGTTOU</c>).</summary>
    TerminalOutput,

    /// <summary>Processor time limit (<c>SIGXCPU</c>).</summary>
    ProcessorLimit,

    /// <summary>File size limit (<c>SIGXFSZ</c>).</summary>
    FileSizeLimit,

    /// <summary>The window has changed its size (<c>SIGWINCH</c>).</summary>
    WindowChange,

    /// <summary>Bad system call (<c>SIGSYS</c>).</summary>
    BadSystemCall,
}
