namespace Larder.Cache.Tests.Store;

/// <summary>The model checker with <see cref="ModelSettings.Crowded"/>.</summary>
public sealed class CrowdedModelTests : StoreModelTests
{
    [Fact]
    public void Random_operations_in_crowded_memory_answer_like_the_model() =>
        Assert.NotEqual(0, Check(ModelSettings.Crowded).SegmentsEmptied);

    [Fact]
    [Trait("Category", "Soak")]
    public void Random_operations_in_crowded_memory_answer_like_the_model_for_long() =>
        Soak(ModelSettings.Crowded);
}
