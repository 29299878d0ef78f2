using Gabbro.Platform;
using Gabbro.Platform.Files;
using Gabbro.Reactor.Files;

namespace Gabbro.Reactor.Tests.Files;

public sealed class LoopFileTests
{
    [Test]
    public void ReadAsync_WhatWasWritten_IsThereAndTheLoopGoesOn()
    {
        string path = Path.Combine(Path.GetTempPath(), $"gabbro-{Guid.NewGuid():N}");
        using EventLoop loop = new();
        try
        {
            loop.Run(async () =>
            {
                using LoopFile file = await LoopFile.OpenAsync(loop, path, FileOpenOptions.CreateNew with { Access = FileOpenAccess.ReadWrite });
                await file.WriteAsync("hello world"u8.ToArray(), 0);
                await file.SyncAsync();
                Assert.That(await file.GetLengthAsync(), Is.EqualTo(11));
                byte[] buffer = new byte[20];
                Assert.That(await file.ReadAsync(buffer, 6), Is.EqualTo(5));
                Assert.That(buffer.AsSpan(0, 5).SequenceEqual("world"u8), Is.True);
                Assert.That(loop.IsOnLoopThread, Is.True);
                await Assert.ThatAsync(async () => await LoopFile.OpenAsync(loop, path + "-not"), Throws.TypeOf<PlatformException>());
            });
        }
        finally
        {
            File.Delete(path);
        }
    }
}
