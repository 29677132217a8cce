package dev.caravan.route;

import java.io.IOException;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/**
 * How camel-http talks to providers: no redirects, no cookies, no retries of its own (ours are counted and bounded), and every
 * exchange can be broken off by its call's deadline.
 *
 * <p>camel-http calls on the thread that walks the route, so a thread-local ties the HTTP exchange to its call.
 */
public final class UpstreamClient implements HttpClientConfigurer {

    private final ThreadLocal<ChatCall> current = new ThreadLocal<>();

    /** The next HTTP exchange of this thread belongs to this call. */
    void begin(ChatCall call) {
        current.set(call);
    }

    /** The HTTP exchange is over, however it ended. */
    void end(ChatCall call) {
        call.upstreamCancel(null);
        current.remove();
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableAutomaticRetries()
                // A compressed stream would arrive in lumps, and a compressed answer costs more than loopback or TLS
                // does.
                .disableContentCompression()
                .disableDefaultUserAgent()
                .setUserAgent("Caravan")
                .addExecInterceptorFirst("deadline", this::execute);
    }

    private ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        ChatCall call = current.get();
        if (call != null && scope.originalRequest instanceof Cancellable exchange) {
            call.upstreamCancel(exchange::cancel);
        }
        return chain.proceed(request, scope);
    }
}
