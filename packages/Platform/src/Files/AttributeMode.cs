namespace Gabbro.Platform.Files;

/// <summary>What writing an extended attribute requires.</summary>
public enum AttributeMode : byte
{
    /// <summary>Nothing: it is created or replaced.</summary>
    CreateOrReplace = 0,

    /// <summary>It must not be there.</summary>
    Create = 1,

    /// <summary>It must be there.</summary>
    Replace = 2,
}
