using Gabbro.Platform.Polling;

namespace Gabbro.Reactor.Backends;

/// <summary>A device whose requests the kernel completes.</summary>
internal interface IRingDevice
{
    /// <summary>A request has completed, or, when the completion says that more will come, has brought something.</summary>
    void OnCompletion(RingRequest request, in RingCompletion completion);
}
