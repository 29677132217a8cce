package dev.caravan.route;

import dev.caravan.catalog.Model;
import dev.caravan.dialect.AnthropicDialect;
import dev.caravan.dialect.IdHeaders;
import dev.caravan.dialect.ModelChecks;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.RequestException;
import dev.caravan.usage.TokenCounter;
import dev.caravan.wire.ChatRequest;
import io.vertx.core.buffer.Buffer;
import org.apache.camel.Exchange;

/** Counts the tokens of a request that is not sent: with OpenAI's own tokenizer for its models, by estimate for others. */
public final class TokenPage {

    private final AnthropicDialect dialect;
    private final Models models;
    private final TokenCounter counter;

    public TokenPage(AnthropicDialect dialect, Models models, TokenCounter counter) {
        this.dialect = dialect;
        this.models = models;
        this.counter = counter;
    }

    /** @throws RequestException 400 naming the field, 404 for an unknown model */
    public void count(Exchange exchange) {
        Buffer body = exchange.getMessage().getBody(Buffer.class);
        if (body == null) {
            throw new RequestException(
                    ErrorCode.MALFORMED_JSON, "The request body must be a JSON object", (String) null);
        }
        ChatRequest request = dialect.parseCount(BufferBytes.of(body), IdHeaders.NONE);
        Model model = models.catalog().require(request.model());
        CallerIdentity.of(exchange).requireModel(model);
        ModelChecks.check(request, model);
        exchange.getMessage().setBody(dialect.count(counter.promptTokens(request, model)));
    }
}
