using System.Text;

namespace Gabbro.Platform.Processes;

/// <summary>How a program ended and what it wrote.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Output">What it wrote to its standard output.</param>
/// <param name="Error">What it wrote to its standard error.</param>
public sealed record ProcessOutput(ExitStatus Status, byte[] Output, byte[] Error)
{
    /// <summary>The output read as UTF-8.</summary>
    public string OutputText => Encoding.UTF8.GetString(Output);

    /// <summary>The errors read as UTF-8.</summary>
    public string ErrorText => Encoding.UTF8.GetString(Error);
}
