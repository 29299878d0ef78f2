namespace Gabbro.Tools.Kvdb.Engines;

/// <summary>Reads that hold until the end, and writes that happen together.</summary>
internal interface IEngineTransaction
{
    byte[]? Get(byte[] key);

    void Put(byte[] key, byte[] value);
}
