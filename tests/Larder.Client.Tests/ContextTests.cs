using System.Collections.Concurrent;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests;

/// <summary>
/// Aim: who waits synchronously on a context with one thread does not wait for ever, and no task ends with an exception
/// that nobody saw. Method: a thread with a context that runs nothing while it is blocked.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class ContextTests
{
    [Fact]
    public async Task Synchronous_wait_on_a_context_with_one_thread_ends()
    {
        using TestCache cache = new();
        TaskCompletionSource<Exception?> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new DeafContext());
            try
            {
                CallAll(cache);
                outcome.SetResult(null);
            }
            catch (Exception failure)
            {
                outcome.SetResult(failure);
            }
        }) { IsBackground = true };
        thread.Start();
        Assert.Null(await outcome.Task.WaitAsync(Clients.Patience));
        thread.Join();
    }

    [Fact]
    public async Task Callers_who_block_in_their_continuations_keep_nobody_waiting()
    {
        using TestCache cache = new();
        await using CacheClient client = Clients.Of(cache.Address);
        await client.SetAsync("key", new byte[10]);
        Task[] callers = [.. Enumerable.Range(0, 20).Select(async _ =>
        {
            using CacheValue first = await client.GetAsync("key").ConfigureAwait(false);
            using CacheValue second = client.GetAsync("key").AsTask().GetAwaiter().GetResult();
            Assert.True(second.IsHit);
        })];
        await Task.WhenAll(callers).WaitAsync(Clients.Patience);
    }

    [Fact]
    public async Task Failures_leave_no_exception_unobserved()
    {
        ConcurrentBag<Exception> unobserved = [];
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, failure) => unobserved.Add(failure.Exception);
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            await FailAsync();
            for (int i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            Assert.Empty(unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }
    }

    private static void CallAll(TestCache cache)
    {
        CacheClient client = Clients.Of(cache.Address);
        client.SetAsync("key", new byte[10]).AsTask().GetAwaiter().GetResult();
        client.GetAsync("key").AsTask().GetAwaiter().GetResult().Dispose();
        client.SetValueAsync("key", "text").AsTask().GetAwaiter().GetResult();
        Assert.Equal("text", client.GetValueAsync<string>("key").AsTask().GetAwaiter().GetResult().Value);
        client.GetOrCreateAsync("new", static _ => ValueTask.FromResult<string?>("made")).AsTask().GetAwaiter()
            .GetResult();
        foreach (CacheValue value in client.TryGetManyAsync(["key", "none"]).AsTask().GetAwaiter().GetResult())
            value.Dispose();
        client.VersionAsync().AsTask().GetAwaiter().GetResult();
        client.UpdateServers([cache.Address]);
        client.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static async Task FailAsync()
    {
        ScriptedServer server = new(static async connection =>
        {
            await connection.ReadLineAsync();
            await connection.SendAsync("garbage\r\n");
        });
        await using (CacheClient client = Clients.Of(server.Address, static options =>
        {
            options.RequestTimeout = TimeSpan.FromMilliseconds(50);
            options.ProbeDelayMin = TimeSpan.FromMilliseconds(1);
        }))
        {
            for (int i = 0; i < 20; i++) Assert.True((await client.TryDeleteAsync("key")).IsError);
            await server.DisposeAsync();
            for (int i = 0; i < 20; i++) Assert.True((await client.TrySetAsync("key", new byte[1])).IsError);
        }
    }
}
