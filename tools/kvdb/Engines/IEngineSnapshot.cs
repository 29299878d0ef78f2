namespace Gabbro.Tools.Kvdb.Engines;

/// <summary>A state that stays readable until it is disposed.</summary>
internal interface IEngineSnapshot : IDisposable;
