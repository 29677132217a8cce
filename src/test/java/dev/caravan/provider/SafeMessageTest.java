package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeMessageTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Incorrect API key provided: sk-CANARY12345",
                "Incorrect API key provided: sk-proj-****CANARY",
                "Incorrect API key provided: sk-ant-api03-CANARY-x_y",
                "Incorrect API key provided: sk-CA*****************NARY.",
                "key gsk_CANARY0000 refused",
                "key xai-CANARY0000 refused",
                "API key AIzaSyCANARY-_0000 not valid",
                "Authorization: Bearer CANARY",
                "authorization: Basic CANARY==",
                "x-api-key: CANARY",
                "api_key=CANARY, model=x",
                "api key: CANARY",
                "{\"api_key\": \"CANARY\"}",
                "password=CANARY",
                "token eyJhbGciOiJIUzI1NiJ9CANARY.payload.sig",
                "ya29.CANARY",
                "abcdef0123456789CANARYabcdef0123456789",
                "see https://CANARY.example.com/a?key=CANARY",
                "see HTTP://user:CANARY@host/CANARY",
                "postgres://CANARY:1@db/CANARY",
                "upstream CANARY.internal:8080 refused",
                "upstream db-1.CANARY.svc.cluster.local refused",
                "no route to canary-7.example.com/CANARY",
                "organization org-CANARY has no access",
                "Project `proj_CANARY00` lacks access",
                "in organization 'org_CANARY' on tokens",
                "projects/CANARY/locations/global",
                "file /home/CANARY/app.py line 3",
                "file /usr/src/CANARY.js",
                "file /Users/CANARY/app.py",
                "file C:\\Users\\CANARY\\app.py",
                "account acct_CANARY",
                "mail CANARY@example.org",
            })
    void hides_what_belongs_to_the_gateways_owner(String words) {
        assertThat(SafeMessage.of(words)).doesNotContainIgnoringCase("CANARY").isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connect to 10.1.2.3:8080 failed",
                "connect to localhost:8080 failed",
                "connect to [fe80::1:2]:443 failed",
                "consumer project_number:123456789012",
                "consumer project number 123456789012"
            })
    void hides_addresses_and_project_numbers(String words) {
        assertThat(SafeMessage.of(words)).doesNotContain("8080", "443", "fe80", "10.1.2.3", "123456789012");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Invalid value for 'temperature': must be at most 2.",
                "messages.1.content: at least one message is required",
                "max_tokens: 200000 > 64000, which is the maximum for claude-sonnet-4-5-20250929",
                "This model's maximum context length is 128000 tokens. However, your messages resulted in 130001 tokens.",
                "Unsupported parameter: 'top_p' and/or 'stop' with gpt-4.1 or gemini-2.5-flash",
                "Invalid schema for function 'get_weather': [\"a\", \"b\"]",
                "tool_use ids were found without tool_result blocks: toolu_01",
                "The input/output token count exceeds the maximum of 1048576.",
                "max_tokens: 5 is too small; user messages must come first",
                "Unknown parameter: 'user_location', 'organization_name' or 'project_number'"
            })
    void leaves_plain_words_as_they_are(String words) {
        assertThat(SafeMessage.of(words)).isEqualTo(words);
    }

    @Test
    void is_one_line_without_control_characters() {
        assertThat(SafeMessage.of("  a\r\nb\tc\u0000d\u2028e\u202ef\u001b[31m  "))
                .isEqualTo("a b c d e f [31m");
    }

    @ParameterizedTest
    @CsvSource({"''", "' '", "'\n'", "'\u200b'"})
    void nothing_to_say_is_said(String words) {
        assertThat(SafeMessage.of(words)).isEqualTo(SafeMessage.NOTHING);
        assertThat(SafeMessage.of(null)).isEqualTo(SafeMessage.NOTHING);
    }

    @Test
    void is_at_most_500_characters_and_cuts_none_in_half() {
        assertThat(SafeMessage.of("x ".repeat(2000)))
                .hasSizeLessThanOrEqualTo(500)
                .endsWith("…");
        String waves = SafeMessage.of("👋".repeat(3000));
        assertThat(waves.codePointCount(0, waves.length())).isEqualTo(500);
        assertThat(waves.codePoints().filter(c -> c != 0x1F44B && c != '…')).isEmpty();
        assertThat(SafeMessage.of("word ".repeat(100).strip())).hasSize(499);
    }

    @Test
    void a_key_at_the_cut_of_a_long_message_does_not_show() {
        assertThat(SafeMessage.of("y ".repeat(240) + "sk-CANARYCANARYCANARYCANARY"))
                .doesNotContain("CANARY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a", "a.", "a-", "-", "/home", "/", "Bearer ", "a1", "1.", "[", ":", "sk-", "user/", "a://", " ", "a@",
                "="
            })
    void a_hostile_message_costs_no_time(String piece) {
        String hostile = piece.repeat(2_000_000 / piece.length());

        String safe = assertTimeoutPreemptively(Duration.ofSeconds(2), () -> SafeMessage.of(hostile));
        assertThat(safe.length()).isLessThanOrEqualTo(500);
    }
}
