package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.error.ErrorCode;
import dev.caravan.error.GatewayException;
import dev.caravan.error.ProviderFault;
import dev.caravan.error.ProviderRejection;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "400,REJECTED_BY_PROVIDER,false", "401,PROVIDER_KEY_INVALID,false", "402,QUOTA_EXHAUSTED,false",
        "403,PROVIDER_KEY_INVALID,false", "404,MODEL_NOT_FOUND,false", "409,REJECTED_BY_PROVIDER,false",
        "413,BODY_TOO_LARGE,false", "422,REJECTED_BY_PROVIDER,false", "429,RATE_LIMITED,true",
        "408,PROVIDER_TIMEOUT,true", "500,PROVIDER_ERROR,true", "502,PROVIDER_ERROR,true",
        "503,PROVIDER_OVERLOADED,true", "504,PROVIDER_TIMEOUT,true", "529,PROVIDER_OVERLOADED,true",
        "599,PROVIDER_ERROR,true", "302,PROVIDER_ERROR,false", "100,PROVIDER_ERROR,false"
    })
    void the_status_says_what_it_means(int status, ErrorCode code, boolean retryable) {
        GatewayException failure = ErrorReader.read(error(status, Map.of()), null, false, false, null);

        assertThat(failure.code()).isEqualTo(code);
        if (failure instanceof ProviderFault fault) {
            assertThat(fault.retryable()).isEqualTo(retryable);
            assertThat(fault.upstreamStatus()).isEqualTo(status);
        } else {
            assertThat(failure).isInstanceOf(ProviderRejection.class);
            assertThat(((ProviderRejection) failure).retryable()).isEqualTo(retryable);
            assertThat(((ProviderRejection) failure).upstreamStatus()).isEqualTo(status);
        }
    }

    @Test
    void the_body_overrules_the_status() {
        assertThat(ErrorReader.read(error(400, Map.of()), null, true, false, null)
                        .code())
                .isEqualTo(ErrorCode.PROVIDER_KEY_INVALID);
        GatewayException quota =
                ErrorReader.read(error(429, Map.of("retry-after", "9")), null, false, true, Duration.ofSeconds(5));
        assertThat(quota.code()).isEqualTo(ErrorCode.QUOTA_EXHAUSTED);
        assertThat(quota.retryAfter()).isNull();
    }

    @Test
    void of_two_waits_the_longer_counts() {
        UpstreamError limited = error(429, Map.of("retry-after", "9"));
        assertThat(ErrorReader.read(limited, null, false, false, Duration.ofSeconds(34))
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(34));
        assertThat(ErrorReader.read(limited, null, false, false, Duration.ofSeconds(3))
                        .retryAfter())
                .isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void only_a_rejection_shows_the_providers_words() {
        UpstreamError words = new UpstreamError(500, "secret inside", null, Map.of(), NOW);
        assertThat(ErrorReader.read(words, null, false, false, null).text()).isEqualTo(ProviderFault.MESSAGE);
        GatewayException rejected = ErrorReader.read(
                new UpstreamError(400, "bad key sk-abcdef123456", null, Map.of(), NOW), "model", false, false, null);
        assertThat(rejected.text()).isEqualTo("bad key [secret]");
        assertThat(rejected.param()).isEqualTo("model");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "0|PT0S",
                "7|PT7S",
                " 7 |PT7S",
                "1.5|PT1.5S",
                "999999999999|PT720H",
                "Sun, 22 Nov 2026 10:00:30 GMT|PT30S",
                "Sun, 22 Nov 2026 09:00:00 GMT|PT0S",
                "Fri, 31 Dec 9999 23:59:59 GMT|PT720H",
                "Sunday, 22-Nov-26 10:00:30 GMT|-",
                "-1|-",
                "+1|-",
                "1e3|-",
                "0x10|-",
                "NaN|-",
                "٣|-",
                "soon|-",
                "''|-",
                "7, 9|-",
                "9999999999999999999999999|-"
            })
    void reads_retry_after_in_seconds_or_as_a_date(String header, @Nullable Duration expected) {
        assertThat(ErrorReader.retryAfter(Map.of("retry-after", header), NOW)).isEqualTo(expected);
    }

    @Test
    void milliseconds_come_before_seconds_where_they_can_be_read() {
        assertThat(ErrorReader.retryAfter(Map.of("retry-after-ms", "1250", "retry-after", "9"), NOW))
                .isEqualTo(Duration.ofMillis(1250));
        assertThat(ErrorReader.retryAfter(Map.of("retry-after-ms", "x", "retry-after", "9"), NOW))
                .isEqualTo(Duration.ofSeconds(9));
        assertThat(ErrorReader.retryAfter(Map.of(), NOW)).isNull();
    }

    @Test
    void finds_the_error_object_also_inside_an_array() {
        for (String body : new String[] {"{\"error\":{\"code\":\"x\"}}", "[{\"error\":{\"code\":\"x\"}}]"}) {
            UpstreamError error = new UpstreamError(400, null, ChatRequests.json(body), Map.of(), NOW);
            assertThat(ErrorReader.says(ErrorReader.errorObject(error).path("code"), Set.of("x")))
                    .isTrue();
        }
        for (String body : new String[] {"[]", "7", "null", "{\"error\":\"x\"}", "\"x\""}) {
            UpstreamError error = new UpstreamError(400, null, ChatRequests.json(body), Map.of(), NOW);
            assertThat(ErrorReader.errorObject(error).path("code").isMissingNode())
                    .isTrue();
        }
        assertThat(ErrorReader.errorObject(error(400, Map.of())).isMissingNode())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages[2].content", "tools[0].function.name", "top_p", "response-format"})
    void a_field_name_is_shown(String name) {
        assertThat(ErrorReader.param(TextNode.valueOf(name))).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "https://x", "a\n", "sk-proj-abcdefghijklmnop"})
    void other_text_is_no_field_name(String text) {
        assertThat(ErrorReader.param(TextNode.valueOf(text))).isNull();
    }

    @Test
    void an_answer_without_any_words_is_read_too() {
        assertThatCode(() -> ErrorReader.read(
                        new UpstreamError(400, null, ChatRequests.json("null"), Map.of(), NOW),
                        null,
                        false,
                        false,
                        null))
                .doesNotThrowAnyException();
    }

    private static UpstreamError error(int status, Map<String, String> headers) {
        return new UpstreamError(status, null, null, headers, NOW);
    }
}
