package dev.caravan.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.caravan.gateway.RunningGateway;
import org.junit.jupiter.api.Test;

/** Whoever reads: with a keyboard, in the dark, in Korean, on a telephone, with a screen reader, on the first day. */
class ReadersIT extends PlaygroundVisit {

    @Test
    void a_keyboard_is_enough() {
        go(page, "/?model=demo");
        assertThat(page.locator("#prompt")).isFocused();
        page.keyboard().type("Hello");
        page.keyboard().press("Shift+Enter");
        page.keyboard().type("there");
        page.keyboard().press("Enter");
        assertThat(page.locator(".answer")).containsText("demo model");
        assertThat(page.locator(".question p")).hasText("Hello\nthere");

        // From the top: the first key press leads to the content, the next to the navigation.
        page.evaluate("document.activeElement.blur()");
        page.keyboard().press("Tab");
        tabTo("#choose");
        page.keyboard().press("Enter");
        assertThat(page.locator("#picker-search")).isFocused();
        page.keyboard().type("haiku-4-5");
        tabTo("#picker input[value='claude-haiku-4-5']");
        page.keyboard().press("Space");
        page.keyboard().press("Escape");
        assertThat(page.locator("#choose")).isFocused();
        assertThat(page.locator(".column")).hasCount(2);
        tabTo(".column[data-model='claude-haiku-4-5'] .turns");
        tabTo("#prompt");
        page.keyboard().type("Again");
        page.keyboard().press("Enter");
        assertThat(page.locator(".column[data-model='claude-haiku-4-5'] .turn")).containsText("Spinning");
        assertThat(page.locator("#announcement")).containsText("tokens");
    }

    @Test
    void dark_and_light_follow_the_system_until_the_reader_chooses() {
        Page dark = window(1280, 820, ColorScheme.DARK, "en-US");
        go(dark, SIX);
        dark.locator("#prompt").fill(Answers.QUESTION);
        dark.keyboard().press("Enter");
        assertThat(dark.locator(".request-id")).hasCount(6, new LocatorAssertions.HasCountOptions().setTimeout(30_000));
        assertThat(Chromium.barriers(dark)).isEmpty();
        Chromium.picture(dark, "playground-dark");
        assertThat(dark.locator("html")).hasCSS("background-color", "rgb(21, 20, 18)");

        dark.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Light").setExact(true))
                .click();
        assertThat(dark.locator("html")).hasCSS("background-color", "rgb(247, 245, 241)");
        dark.reload();
        assertThat(dark.locator("html")).hasCSS("background-color", "rgb(247, 245, 241)");
        dark.context().close();
    }

    @Test
    void speaks_korean_where_the_browser_does_and_has_room_on_a_telephone() {
        Page narrow = window(390, 844, ColorScheme.LIGHT, "ko-KR");
        go(narrow, THREE);
        assertThat(narrow.locator("html")).hasAttribute("lang", "ko");
        assertThat(narrow.locator("#send")).hasText("보내기");
        narrow.locator("#prompt").fill("양자 컴퓨터를 몇 줄로 설명해 줘.");
        narrow.locator("#send").click();
        assertThat(narrow.locator(".request-id"))
                .hasCount(3, new LocatorAssertions.HasCountOptions().setTimeout(30_000));
        assertThat(narrow.locator(".facts dt").first()).hasText("비용");
        assertThat((Integer) narrow.evaluate("document.documentElement.scrollWidth"))
                .isEqualTo(390);
        assertThat(Chromium.barriers(narrow)).isEmpty();
        Chromium.picture(narrow, "playground-narrow-ko");

        narrow.locator("[data-language=en]").click();
        assertThat(narrow.locator("#send")).hasText("Send");
        assertThat(narrow.locator(".facts dt").first()).hasText("cost");
        narrow.context().close();
    }

    @Test
    void without_a_key_the_demo_answers_at_once_and_the_others_say_what_they_lack() {
        try (RunningGateway bare = RunningGateway.with().start()) {
            Page first = chromium.window(1280, 820, ColorScheme.LIGHT, "en-US", bare.address());
            go(first, "/");
            assertThat(first.locator(".column")).hasCount(1);
            first.locator("#prompt").fill("Hello");
            first.keyboard().press("Enter");
            assertThat(first.locator(".answer")).containsText("I am Caravan's demo model");

            first.locator("#choose").click();
            Locator lacking = first.locator(".option", new Page.LocatorOptions().setHasText("gpt-4o-mini"))
                    .first();
            assertThat(lacking).containsText("set OPENAI_API_KEY");
            assertThat(lacking.locator("input")).isDisabled();
            assertThat(first.locator(".option", new Page.LocatorOptions().setHasText("claude-haiku-4-5"))
                            .first())
                    .containsText("set ANTHROPIC_API_KEY");
            assertThat(Chromium.barriers(first)).isEmpty();
            first.context().close();
        }
    }

    @Test
    void keeps_nobody_out() {
        go(page, THREE);
        ask(Answers.QUESTION);
        finished();
        assertThat(Chromium.barriers(page)).isEmpty();
        Chromium.picture(page, "playground-light");
        page.locator("#choose").click();
        assertThat(Chromium.barriers(page)).isEmpty();
        page.keyboard().press("Escape");
        page.locator("#show-code").click();
        assertThat(Chromium.barriers(page)).isEmpty();
    }

    private void tabTo(String selector) {
        for (int i = 0; i < 40; i++) {
            if ((Boolean) page.locator(selector).evaluate("element => element === document.activeElement")) {
                return;
            }
            page.keyboard().press("Tab");
        }
        throw new AssertionError("the Tab key does not lead to " + selector);
    }
}
