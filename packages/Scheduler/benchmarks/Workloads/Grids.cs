using System.Numerics;

using Gabbro.Scheduler.Algorithms;
using Gabbro.Scheduler.Benchmarks.Runner;

namespace Gabbro.Scheduler.Benchmarks.Workloads;

/// <summary>Loops over rows: Mandelbrot, uneven, and a matrix product, even.</summary>
internal static class Grids
{
    private const int Iterations = 500;

    public static IEnumerable<Workload> All { get; } =
    [
        new("mandel", 800, (threads, size) =>
        {
            var rows = new long[size];
            return WorkloadRun.OnPool(threads, pool => () =>
            {
                pool.For(0, rows.Length, new MandelRow(rows));
                return rows.Sum();
            });
        }),
        new("mandel-tpl", 800, (threads, size) =>
        {
            var rows = new long[size];
            return WorkloadRun.OnTasks(threads, () =>
            {
                Parallel.For(
                    0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, y => new MandelRow(rows).Invoke(y));
                return rows.Sum();
            });
        }),
        new("mandel-serial", 800, (_, size) =>
        {
            var rows = new long[size];
            return new WorkloadRun(() =>
            {
                for (var y = 0; y < rows.Length; y++)
                    new MandelRow(rows).Invoke(y);
                return rows.Sum();
            });
        }),
        new("matmul", 512, (threads, size) =>
        {
            var product = new Product((int)size);
            return WorkloadRun.OnPool(threads, pool => () =>
            {
                pool.For(0, (int)size, new ProductRow(product));
                return product.Check;
            });
        }),
        new("matmul-tpl", 512, (threads, size) =>
        {
            var product = new Product((int)size);
            return WorkloadRun.OnTasks(threads, () =>
            {
                Parallel.For(
                    0, (int)size, new ParallelOptions { MaxDegreeOfParallelism = threads }, y => new ProductRow(product).Invoke(y));
                return product.Check;
            });
        }),
        new("emptyloop", 1_000, (threads, size) => WorkloadRun.OnPool(threads, pool => () =>
        {
            for (var i = 0; i < 1000; i++)
                pool.For(0, (int)size, default(NoBody));
            return 0;
        })),
        new("emptyloop-tpl", 1_000, (threads, size) => WorkloadRun.OnTasks(threads, () =>
        {
            for (var i = 0; i < 1000; i++)
                Parallel.For(0, (int)size, static _ => { });
            return 0;
        })),
    ];

    private readonly struct NoBody : IIndexAction
    {
        public void Invoke(int index)
        {
        }
    }

    private readonly struct MandelRow(long[] rows) : IIndexAction
    {
        public void Invoke(int index)
        {
            var size = rows.Length;
            var ci = ((2.4 * index) / size) - 1.2;
            long total = 0;
            for (var x = 0; x < size; x++)
            {
                var cr = ((3.0 * x) / size) - 2.2;
                double zr = 0, zi = 0;
                var i = 0;
                for (; i < Iterations && (zr * zr) + (zi * zi) <= 4; i++)
                    (zr, zi) = ((zr * zr) - (zi * zi) + cr, (2 * zr * zi) + ci);
                total += i;
            }

            rows[index] = total;
        }
    }

    private sealed class Product
    {
        public readonly int Size;
        public readonly float[] A;
        public readonly float[] B;
        public readonly float[] C;

        public Product(int size)
        {
            Size = size;
            A = new float[size * size];
            B = new float[size * size];
            C = new float[size * size];
            for (var i = 0; i < A.Length; i++)
                (A[i], B[i]) = (i % 7, i % 5);
        }

        public long Check => (long)C[^1];
    }

    private readonly struct ProductRow(Product p) : IIndexAction
    {
        public void Invoke(int index)
        {
            var row = p.C.AsSpan(index * p.Size, p.Size);
            row.Clear();
            for (var k = 0; k < p.Size; k++)
            {
                var factor = new Vector<float>(p.A[(index * p.Size) + k]);
                var other = p.B.AsSpan(k * p.Size, p.Size);
                for (var j = 0; j + Vector<float>.Count <= row.Length; j += Vector<float>.Count)
                    (new Vector<float>(row[j..]) + (factor * new Vector<float>(other[j..]))).CopyTo(row[j..]);
            }
        }
    }
}
