using Gabbro.Storage;

namespace Gabbro.Tools.Kvdb.Serving;

/// <summary>The protocol's word for a failure.</summary>
internal static class ErrorClass
{
    public static string Of(Exception exception) => exception switch
    {
        StorageException storage => storage.Kind switch
        {
            StorageErrorKind.Corruption => "corrupt",
            StorageErrorKind.NoSpace => "nospace",
            StorageErrorKind.Busy or StorageErrorKind.Deadlock => "busy",
            StorageErrorKind.Conflict => "conflict",
            StorageErrorKind.ReadOnly or StorageErrorKind.Poisoned => "readonly",
            StorageErrorKind.NotSupported => "notsup",
            _ => "io",
        },
        ObjectDisposedException => "closed",
        NotSupportedException => "notsup",
        UsageException or ArgumentException or OverflowException => "usage",
        _ => "internal",
    };
}
