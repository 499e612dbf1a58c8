namespace Larder.Cache.Tests.Store;

/// <summary>The model checker with <see cref="ModelSettings.Ample"/>.</summary>
public sealed class AmpleModelTests : StoreModelTests
{
    [Fact]
    public void Random_operations_with_ample_memory_answer_like_the_model() =>
        Check(ModelSettings.Ample);

    [Fact]
    [Trait("Category", "Soak")]
    public void Random_operations_with_ample_memory_answer_like_the_model_for_long() =>
        Soak(ModelSettings.Ample);
}
