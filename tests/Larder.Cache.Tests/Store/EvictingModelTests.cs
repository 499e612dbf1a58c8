namespace Larder.Cache.Tests.Store;

/// <summary>The model checker with <see cref="ModelSettings.Evicting"/>.</summary>
public sealed class EvictingModelTests : StoreModelTests
{
    [Fact]
    public void Random_operations_while_items_are_evicted_answer_like_the_model() =>
        Assert.True(Check(ModelSettings.Evicting).Evictions > 1000);

    [Fact]
    [Trait("Category", "Soak")]
    public void Random_operations_while_items_are_evicted_answer_like_the_model_for_long() =>
        Soak(ModelSettings.Evicting);
}
