using System.Runtime.ExceptionServices;

namespace WrnCloud.TrainerJob.Runtime;

/// <summary>
/// Runs work with libtorch on a thread that ends with it. OpenMP keeps a team of threads for every thread that ever called it, and once there are more of
/// them than processors its waiting threads sleep at once instead of looking out a little for more work, which the training's own team would pay for.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs <paramref name="work"/>, waits for it, and returns what it returned or throws what it threw.</summary>
    public static T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = "libtorch" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
