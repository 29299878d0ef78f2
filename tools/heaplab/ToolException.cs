namespace Gabbro.Tools.HeapLab;

/// <summary>What keeps the tool from doing what it was asked, in one line for the user.</summary>
internal sealed class ToolException(string message) : Exception(message);
