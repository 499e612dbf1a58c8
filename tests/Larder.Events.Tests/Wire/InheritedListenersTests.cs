using Larder.Events.Wire;

namespace Larder.Events.Tests.Wire;

/// <summary>What the environment of a process says about its inherited listeners.</summary>
public sealed class InheritedListenersTests
{
    private const int Me = 4711;

    [Fact]
    public void Environment_without_names_inherits_nothing() => Assert.Empty(Descriptors());

    [Fact]
    public void Systemds_descriptors_begin_at_three()
        => Assert.Equal([3, 4, 5], Descriptors(("LISTEN_PID", "4711"), ("LISTEN_FDS", "3")));

    [Fact]
    public void Systemds_descriptors_of_another_process_are_left_alone()
        => Assert.Empty(Descriptors(("LISTEN_PID", "4712"), ("LISTEN_FDS", "3")));

    [Fact]
    public void Systemds_names_count_only_together()
    {
        Assert.Empty(Descriptors(("LISTEN_FDS", "3")));
        Assert.Empty(Descriptors(("LISTEN_PID", "4711")));
    }

    [Fact]
    public void Larders_own_list_names_descriptors_one_by_one()
        => Assert.Equal([17, 5], Descriptors((InheritedListeners.Variable, "17,5")));

    [Fact]
    public void Descriptor_with_a_plus_is_given_up_by_who_had_it()
    {
        InheritedDescriptor[] descriptors = [new(17, true), new(5, false)];
        string text = InheritedListeners.Format(descriptors);

        Assert.Equal("17+,5", text);
        Assert.Equal(descriptors, Inherited((InheritedListeners.Variable, text)));
    }

    [Fact]
    public void Descriptor_named_twice_is_taken_once()
        => Assert.Equal([3, 9], Descriptors(
            ("LISTEN_PID", "4711"), ("LISTEN_FDS", "1"), (InheritedListeners.Variable, "3,9,9")));

    [Theory]
    [InlineData("LISTEN_FDS", "x")]
    [InlineData("LISTEN_FDS", "-1")]
    [InlineData("LISTEN_FDS", "2147483647")]
    [InlineData("LISTEN_FDS", "99999999999")]
    [InlineData(InheritedListeners.Variable, "1,")]
    [InlineData(InheritedListeners.Variable, "3 4")]
    [InlineData(InheritedListeners.Variable, "-3")]
    [InlineData(InheritedListeners.Variable, "+")]
    [InlineData(InheritedListeners.Variable, "3++")]
    public void Value_that_is_no_number_of_descriptors_is_refused(string name, string value)
    {
        var error = Assert.Throws<FormatException>(() => Descriptors(("LISTEN_PID", "4711"), (name, value)));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static List<int> Descriptors(params (string Name, string Value)[] environment)
        => Inherited(environment).ConvertAll(each => each.Number);

    private static List<InheritedDescriptor> Inherited(params (string Name, string Value)[] environment)
        => InheritedListeners.Descriptors(
            name => environment.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault(), Me);
}
