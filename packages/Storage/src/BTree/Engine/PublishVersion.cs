using Gabbro.Storage.BTree.Shared;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Shows a version to the other processes.</summary>
internal delegate void PublishVersion(in DatabaseVersion version);
