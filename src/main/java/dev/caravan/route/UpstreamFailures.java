package dev.caravan.route;

import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.NoModelServed;
import dev.caravan.error.ProviderFault;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/** What went wrong on the way to a provider, in the closed vocabulary. */
final class UpstreamFailures {

    private UpstreamFailures() {}

    /**
     * Explains a failure of the provider's route.
     *
     * @return null where the failure has nothing to do with the provider: then it is our own
     */
    static @Nullable GatewayException explain(Throwable failure, ChatCall call) {
        if (failure instanceof NoModelServed known) {
            return known;
        }
        if (call.timedOut()) {
            return new ProviderFault(ErrorCode.PROVIDER_TIMEOUT, status(call), false, null, failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GatewayException known) {
                return known;
            }
            if (cause instanceof CallNotPermittedException) {
                return new ProviderFault(ErrorCode.CIRCUIT_OPEN, 0, false, null, null);
            }
            // Once an answer has begun, the provider may have done (and billed) the work: no second try.
            boolean nothingCame = call.upstreamStatus() == null;
            if (cause instanceof InterruptedIOException) {
                return new ProviderFault(ErrorCode.PROVIDER_TIMEOUT, status(call), nothingCame, null, cause);
            }
            if (cause instanceof IOException) {
                return new ProviderFault(ErrorCode.PROVIDER_ERROR, status(call), nothingCame, null, cause);
            }
        }
        return null;
    }

    private static int status(ChatCall call) {
        Integer status = call.upstreamStatus();
        return status == null ? 0 : status;
    }
}
