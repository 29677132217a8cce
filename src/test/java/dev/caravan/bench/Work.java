package dev.caravan.bench;

/** What is measured, made ready: it can be done again and again, each time the same. For one thread. */
public interface Work extends AutoCloseable {

    /** Does it once; what it returns keeps the compiler from leaving it out. */
    Object run();

    @Override
    default void close() {}
}
