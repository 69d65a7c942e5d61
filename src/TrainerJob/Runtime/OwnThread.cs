namespace WrnCloud.TrainerJob.Runtime;

/// <summary>
/// Runs work with libtorch on a thread that ends with it.
/// OpenMP keeps a team of threads for every thread that ever called it,
/// and once there are more of them than processors its waiting threads sleep at once instead of looking out a little for more work,
/// which the training's own team would pay for.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs <paramref name="work"/>; the task has what it returns or throws.</summary>
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                completion.SetResult(work());
            }
            catch (Exception e)
            {
                completion.SetException(e);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return completion.Task;
    }

    /// <summary>Waits on such a thread, where blocking holds up nobody else.</summary>
    public static void Wait(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    /// <summary>Waits on such a thread for a result.</summary>
    public static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <summary>Runs <paramref name="work"/> and waits for it.</summary>
    public static T Run<T>(Func<T> work) => RunAsync("libtorch", work).GetAwaiter().GetResult();
}
