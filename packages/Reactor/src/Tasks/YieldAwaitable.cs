using System.Runtime.CompilerServices;

namespace Gabbro.Reactor.Tasks;

/// <summary>Awaiting it lets the rest of the loop have a turn. Made by <see cref="EventLoop.Yield"/>. Allocates nothing.</summary>
public readonly struct YieldAwaitable
{
    private readonly EventLoop _loop;

    internal YieldAwaitable(EventLoop loop) => _loop = loop;

    /// <summary>Gives the awaiter; for the compiler.</summary>
    public Awaiter GetAwaiter() => new(_loop);

    /// <summary>The awaiter of a <see cref="YieldAwaitable"/>; for the compiler.</summary>
    public readonly struct Awaiter : ICriticalNotifyCompletion
    {
        private readonly EventLoop _loop;

        internal Awaiter(EventLoop loop) => _loop = loop;

        /// <summary>False: yielding always yields.</summary>
        public bool IsCompleted => false;

        /// <summary>Nothing to get.</summary>
        public void GetResult()
        {
        }

        /// <summary>Queues the continuation for the next turn.</summary>
        /// <param name="continuation">The rest of the method.</param>
        public void OnCompleted(Action continuation) => _loop.Post(continuation);

        /// <summary>Queues the continuation for the next turn.</summary>
        /// <param name="continuation">The rest of the method.</param>
        public void UnsafeOnCompleted(Action continuation) => _loop.Post(continuation);
    }
}
