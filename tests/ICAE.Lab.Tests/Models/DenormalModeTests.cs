using ICAE.Lab.Models;
using ICAE.Lab.Models.Kernels;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

/// <summary>Denormal numbers taken as zero.</summary>
[Collection("torch")]
public sealed class DenormalModeTests
{
    // More than the native library computes on one thread.
    private const int Many = 1 << 20;
    private const float Denormal = 1e-40f;

    [SkippableFact]
    public void A_thread_takes_them_as_zero_until_it_ends()
    {
        RequireMode();
        using var numbers = full([16], Denormal);

        Assert.Equal(16, NotZero(numbers));
        using (DenormalMode.Set(flush: true))
        {
            Assert.True(DenormalMode.IsFlushing);
            Assert.Equal(0, NotZero(numbers));
            using (DenormalMode.Set(flush: false))
                Assert.Equal(16, NotZero(numbers));

            using (DenormalMode.Set(flush: true))
                Assert.Equal(0, NotZero(numbers));

            Assert.Equal(0, NotZero(numbers));
        }

        Assert.False(DenormalMode.IsFlushing);
        Assert.Equal(16, NotZero(numbers));
    }

    [SkippableFact]
    public void A_run_has_it_on_all_threads_of_the_native_library_whatever_was_computed_before()
    {
        RequireMode();
        using var threads = new TorchThreads(2);
        using var numbers = full([Many], Denormal);
        Assert.Equal(Many, NotZero(numbers));

        Assert.Equal(0, TrainingThread.Run(2, _ =>
        {
            // What is computed without it first must not make the helpers.
            NotZero(numbers);
            using var mode = DenormalMode.Set(flush: true);
            return NotZero(numbers);
        }));

        Assert.Equal(Many, NotZero(numbers));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_parts_of_a_kernel_have_the_mode_of_its_caller_and_leave_it_behind(bool flush)
    {
        RequireMode();
        using var threads = new TorchThreads(2);
        var seen = new List<bool>();
        for (var run = 0; run < 20; run++)
        {
            using var mode = DenormalMode.Set(flush);
            CpuKernel.Rows(Many, 1, (_, _) =>
            {
                lock (seen)
                    seen.Add(DenormalMode.IsFlushing);
            });
            Assert.Equal(flush, DenormalMode.IsFlushing);
        }

        Assert.Equal(40, seen.Count);
        Assert.All(seen, now => Assert.Equal(flush, now));
        Parallel.For(0, 100, _ => Assert.False(DenormalMode.IsFlushing));
    }

    [Fact]
    public void What_a_run_throws_reaches_its_caller()
    {
        var error = Assert.Throws<IcaeException>(() => TrainingThread.Run<int>(1, _ => throw new IcaeException("no")));

        Assert.Equal("no", error.Message);
    }

    [Fact]
    public void A_caller_whose_wait_is_interrupted_leaves_only_when_the_run_has_ended()
    {
        using var begun = new ManualResetEventSlim();
        var ended = false;
        Exception? fault = null;
        var caller = new Thread(() =>
        {
            try
            {
                TrainingThread.Run(1, token =>
                {
                    begun.Set();
                    token.WaitHandle.WaitOne();
                    Thread.Sleep(100);
                    return ended = true;
                });
            }
            catch (ThreadInterruptedException error)
            {
                fault = ended ? error : new InvalidOperationException("The run goes on.");
            }
        });
        caller.Start();
        begun.Wait();
        caller.Interrupt();
        caller.Join();

        Assert.IsType<ThreadInterruptedException>(fault);
    }

    [SkippableFact]
    public void What_is_thrown_does_not_bring_it_back()
    {
        RequireMode();
        try
        {
            using var mode = DenormalMode.Set(flush: true);
            throw new InvalidOperationException();
        }
        catch (InvalidOperationException)
        {
            Assert.False(DenormalMode.IsFlushing);
        }

        Assert.False(DenormalMode.IsFlushing);
    }

    private static void RequireMode() => Skip.IfNot(DenormalMode.IsAvailable, "Linux on x64 alone has it.");

    private static long NotZero(Tensor numbers)
    {
        // Brought to normal size first: a comparison would take them as zero as well.
        using var scope = NewDisposeScope();
        return ((numbers * 1e30f) > 0).sum().item<long>();
    }
}
