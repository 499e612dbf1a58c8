namespace Larder.Cache.Tests.Store;

/// <summary>The model checker with <see cref="ModelSettings.Refusing"/>.</summary>
public sealed class RefusingModelTests : StoreModelTests
{
    [Fact]
    public void Random_operations_while_stores_are_refused_answer_like_the_model() =>
        Assert.True(Check(ModelSettings.Refusing).OutOfMemory > 100);

    [Fact]
    [Trait("Category", "Soak")]
    public void Random_operations_while_stores_are_refused_answer_like_the_model_for_long() =>
        Soak(ModelSettings.Refusing);
}
