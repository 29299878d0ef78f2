namespace Gabbro.Reactor;

/// <summary>Somebody whose bytes stand in the loop's shared receive buffer while it runs code that may receive as well.</summary>
internal interface IReceiveBufferHolder
{
    /// <summary>The buffer is about to be overwritten: copy what is still needed. Told once.</summary>
    void GiveUpReceiveBuffer();
}
