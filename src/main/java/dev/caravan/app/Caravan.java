package dev.caravan.app;

import dev.caravan.route.Environment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/** The program: starts the gateway, waits for SIGTERM, lets what is in flight end, and exits; or does one command. */
public final class Caravan {

    /** The JDK that began to warn of sun.misc.Unsafe (JEP 498). */
    private static final int UNSAFE_IS_A_WARNING = 24;

    private Caravan() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (Runtime.version().feature() >= UNSAFE_IS_A_WARNING) {
            // Before Netty is loaded: it has other ways by now, and the JVM's warning would be the first thing a person
            // reads.
            System.setProperty("io.netty.noUnsafe", "true");
        }
        if (arguments.length > 0) {
            Runtime.getRuntime()
                    .halt(new Command(Path.of(""), System.getenv()).run(List.of(arguments), System.out, System.err));
        }
        CountDownLatch stop = new CountDownLatch(1);
        Gateway gateway = new Gateway(
                new Environment(dotEnv(), System.getenv()), Path.of("application.properties"), new Properties());
        // A second signal ends at once what the first one lets end in peace.
        for (String name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), signal -> {
                if (stop.getCount() == 0) {
                    Runtime.getRuntime().halt(0);
                }
                stop.countDown();
            });
        }
        try {
            gateway.start();
        } catch (Exception | LinkageError e) {
            System.err.println(StartFailure.oneLine(e));
            // Threads of parts that did start must not keep a failed program alive.
            Runtime.getRuntime().halt(1);
        }
        System.out.print(gateway.screen());
        System.out.flush();
        stop.await();
        gateway.stop();
        Runtime.getRuntime().halt(0);
    }

    private static Map<String, String> dotEnv() {
        try {
            return DotEnv.read(Path.of(".env"));
        } catch (StartFailure e) {
            System.err.println(StartFailure.oneLine(e));
            Runtime.getRuntime().halt(1);
            throw e;
        }
    }
}
