namespace Gabbro.Platform.Files;

/// <summary>What renaming does when the new name is taken.</summary>
public enum RenameMode : byte
{
    /// <summary>Replace what has the new name, atomically.</summary>
    Replace = 0,

    /// <summary>Fail with <see cref="ErrorKind.AlreadyExists"/>, atomically.</summary>
    NoReplace = 1,

    /// <summary>Exchange the two, atomically. Both must exist. Linux and macOS; elsewhere <see cref="ErrorKind.NotSupported"/>.</summary>
    Exchange = 2,
}
