namespace Gabbro.Scheduler.Tests.Model;

/// <summary>The real threads behind model threads, kept over all executions of an exploration.</summary>
internal sealed class ModelTeam : IDisposable
{
    private readonly List<Member> _members = [];

    public SemaphoreSlim Ended { get; } = new(0);

    public ModelThread[] Threads(int count)
    {
        while (_members.Count < count)
            _members.Add(new Member(_members.Count));
        return _members.Take(count).Select(m => m.Thread).ToArray();
    }

    public void Start(int number, Action main) => _members[number].Give(main);

    public void Dispose()
    {
        foreach (var member in _members)
            member.Dispose();
        Ended.Dispose();
    }

    private sealed class Member : IDisposable
    {
        private readonly SemaphoreSlim _given = new(0);
        private readonly System.Threading.Thread _real;
        private Action? _main;

        public Member(int number)
        {
            Thread = new ModelThread(number);
            _real = new System.Threading.Thread(Loop) { IsBackground = true, Name = $"model {number}" };
            _real.Start();
        }

        public ModelThread Thread { get; }

        public void Give(Action? main)
        {
            _main = main;
            _given.Release();
        }

        public void Dispose()
        {
            Give(null);
            _real.Join();
            _given.Dispose();
            Thread.Dispose();
        }

        private void Loop()
        {
            while (true)
            {
                _given.Wait();
                if (_main is not { } main)
                    return;
                main();
            }
        }
    }
}
