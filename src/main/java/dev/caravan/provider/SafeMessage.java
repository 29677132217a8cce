package dev.caravan.provider;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A provider's words, made safe to show to a caller: one line, at most 500 characters, without keys, URLs, host names,
 * addresses, paths, and organisation, project or account ids.
 */
final class SafeMessage {

    /** What a caller reads where nothing can be shown. */
    static final String NOTHING = "The provider refused the request";

    private static final int LONGEST = 500;

    /** Longer input is cut before the patterns run over it, so that a hostile message costs no time. */
    private static final int LONGEST_INPUT = 4000;

    // No group repeats without end, and no loop can start in the middle of what it loops over: both cost time or stack.
    private static final Pattern SECRETS = Pattern.compile("(?i)\\bauthorization[\"']?\\s*[=:]\\s*(?:[a-z]+\\s+)?\\S+"
            + "|\\bBearer\\s+\\S+"
            + "|\\b(?:sk|pk|rk|gsk|xai|ghp|gho|glpat|hf)[-_][A-Za-z0-9*_-]{4,}"
            + "|\\bAIza[A-Za-z0-9_*-]{6,}"
            + "|\\bya29\\.[A-Za-z0-9._-]+"
            + "|\\beyJ[A-Za-z0-9_.-]{8,}"
            + "|\\b(?:api[ _-]?key|token|secret|password)[\"']?\\s*[=:]\\s*\\S+"
            + "|\\b(?=[A-Za-z0-9_-]*[0-9])(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{32,}\\b");
    private static final Pattern URLS = Pattern.compile("(?i)\\b[a-z][a-z0-9+.-]{1,15}://[^\\s\"'<>)\\]]+");
    /** Words such as {@code user_location} are field names: an id holds a capital letter or a digit. */
    private static final Pattern ACCOUNTS = Pattern.compile("\\b(?i:org|proj|acct|ws)[-_][A-Za-z0-9][A-Za-z0-9_-]{3,}"
            + "|\\b(?i:organization|account|user)[-_](?=[a-z_-]*[A-Z0-9])[A-Za-z0-9_-]{4,}"
            + "|\\b(?i:projects?|organizations|accounts|users)/[^\\s\"',]+"
            + "|\\b(?i:project)[ _](?i:number|id)?[ :]*[0-9]{6,}");

    private static final Pattern HOSTS = Pattern.compile("(?i)\\b[a-z0-9._%+-]{1,64}@[a-z0-9.-]+"
            + "|\\b\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}(?::\\d+)?\\b"
            + "|(?<![a-z0-9_.-])[a-z0-9_.-]+\\.(?:com|net|org|io|ai|dev|cloud|internal|local|corp|lan|app)\\b(?::\\d+)?(?:/[^\\s\"']*)?"
            + "|\\blocalhost(?::\\d+)?\\b|\\[[0-9a-f:]{3,}\\](?::\\d+)?");
    private static final Pattern PATHS =
            Pattern.compile("(?<![A-Za-z0-9_.])/(?:usr|var|etc|home|root|opt|srv|app|tmp|mnt|data)/[^\\s\"',]*"
                    + "|\\b[A-Za-z]:\\\\[^\\s\"',]*");
    /** Also what no UTF-8 can hold: half of a surrogate pair. */
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}]+");

    private SafeMessage() {}

    /** The safe form; never empty. */
    static String of(@Nullable String words) {
        if (words == null) {
            return NOTHING;
        }
        String text = words.length() > LONGEST_INPUT ? words.substring(0, LONGEST_INPUT) : words;
        text = BLANKS.matcher(text).replaceAll(" ");
        text = URLS.matcher(text).replaceAll("[url]");
        text = SECRETS.matcher(text).replaceAll("[secret]");
        text = ACCOUNTS.matcher(text).replaceAll("[account]");
        text = HOSTS.matcher(text).replaceAll("[host]");
        text = PATHS.matcher(text).replaceAll("[path]").strip();
        if (text.codePointCount(0, text.length()) > LONGEST) {
            text = text.substring(0, text.offsetByCodePoints(0, LONGEST - 1)) + "…";
        }
        return text.isEmpty() ? NOTHING : text;
    }
}
