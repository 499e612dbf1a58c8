using Larder.Events.Files;

namespace Larder.Events.Tests.Files;

public sealed class IoPriorityTests
{
    [Fact]
    public void Priority_is_low_inside_and_as_before_outside()
    {
        int before = IoPriority.Current().Int;
        using (IoPriority.Lower())
        {
            Assert.Equal(IoPriority.Lowest, IoPriority.Current().Int);
            using (IoPriority.Lower())
            {
                Assert.Equal(IoPriority.Lowest, IoPriority.Current().Int);
            }
            Assert.Equal(IoPriority.Lowest, IoPriority.Current().Int);
        }
        Assert.Equal(before, IoPriority.Current().Int);
    }

    [Fact]
    public void Idle_class_holds_inside_a_lower_level_and_ends_with_it()
    {
        int before = IoPriority.Current().Int;
        using (IoPriority.Lower())
        {
            using (IoPriority.Idle())
            {
                Assert.Equal(IoPriority.IdleClass, IoPriority.Current().Int);
            }
            Assert.Equal(IoPriority.Lowest, IoPriority.Current().Int);
        }
        Assert.Equal(before, IoPriority.Current().Int);
    }

    [Fact]
    public void Default_changes_nothing()
    {
        int before = IoPriority.Current().Int;
        using (default(IoPriority))
        {
            Assert.Equal(before, IoPriority.Current().Int);
        }
        Assert.Equal(before, IoPriority.Current().Int);
    }
}
