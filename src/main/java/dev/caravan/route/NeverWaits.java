package dev.caravan.route;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A step that waits for nobody: no database, no network, no other thread's work. It is walked on the event loop that the request
 * came in on, beside thousands of others; every other step is walked on a worker thread ({@link LoopSteps}). A step that takes
 * an {@link org.apache.camel.AsyncCallback} needs no such word: it tells its end, and waits as little.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface NeverWaits {}
