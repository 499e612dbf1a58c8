using Larder.Cache.Serving;
using Xunit;

namespace Larder.Conformance.Targets;

/// <summary>The four ways in which Larder drives its connections, as theory data and as options.</summary>
public static class Combination
{
    /// <summary>Both drivers with both triggers.</summary>
    public static TheoryData<CacheDriver, CacheTrigger> All()
    {
        var data = new TheoryData<CacheDriver, CacheTrigger>();
        foreach (CacheDriver driver in Enum.GetValues<CacheDriver>())
        {
            foreach (CacheTrigger trigger in Enum.GetValues<CacheTrigger>())
                data.Add(driver, trigger);
        }
        return data;
    }

    /// <summary>The executable's options for a combination.</summary>
    public static IReadOnlyList<string> Arguments(CacheDriver driver, CacheTrigger trigger)
    {
        string driverName = driver == CacheDriver.Queue ? "queue" : "frontends";
        string triggerName = trigger == CacheTrigger.Level ? "level" : "edge";
        return ["-o", $"driver={driverName},trigger={triggerName}"];
    }
}
