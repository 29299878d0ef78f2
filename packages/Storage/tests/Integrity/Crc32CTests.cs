using Gabbro.Storage.Integrity;

namespace Gabbro.Storage.Tests.Integrity;

public sealed class Crc32CTests
{
    [Test]
    public void Compute_CheckString_GivesPublishedValue() =>
        Assert.That(Crc32C.Compute("123456789"u8), Is.EqualTo(0xE3069283u));

    [Test]
    public void Compute_TwoParts_EqualsWhole()
    {
        var data = new byte[1000];
        new Random(5).NextBytes(data);
        for (var cut = 0; cut <= data.Length; cut += 13)
            Assert.That(Crc32C.Compute(data.AsSpan(0, cut), data.AsSpan(cut)), Is.EqualTo(Crc32C.Compute(data)));
    }

    [Test]
    public void Unmask_OfMask_IsIdentity() =>
        Assert.That(Crc32C.Unmask(Crc32C.Mask(0x12345678)), Is.EqualTo(0x12345678u));
}
