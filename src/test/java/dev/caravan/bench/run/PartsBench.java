package dev.caravan.bench.run;

import dev.caravan.bench.Part;
import dev.caravan.bench.Work;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long each {@link Part} takes when it is hot, in a process for each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx512m")
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class PartsBench {

    /** No values: JMH takes all there are. */
    @Param
    public Part part;

    private Work work;

    /** Anew each second, because the journal that nobody reads would fill the disk. */
    @Setup(Level.Iteration)
    public void prepare() {
        work = part.prepare();
    }

    @TearDown(Level.Iteration)
    public void close() {
        work.close();
    }

    @Benchmark
    public Object run() {
        return work.run();
    }
}
