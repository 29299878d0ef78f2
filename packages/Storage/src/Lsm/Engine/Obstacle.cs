namespace Gabbro.Storage.Lsm.Engine;

/// <summary>Why a batch cannot be committed yet.</summary>
/// <param name="Family">The family that has no room.</param>
/// <param name="Pace">How long to wait for the pace that level 0 allows; null if a flush or compaction must end first.</param>
internal readonly record struct Obstacle(FamilyCore Family, TimeSpan? Pace);
