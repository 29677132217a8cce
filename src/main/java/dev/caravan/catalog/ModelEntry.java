package dev.caravan.catalog;

import dev.caravan.catalog.Capabilities.ReasoningControl;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the file, checked. A disabled one must be well formed, but its provider may be unknown: it is an example of
 * what could be.
 */
final class ModelEntry {

    /** An upstream model becomes part of a URL's path: nothing in it may lead elsewhere. */
    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_@][A-Za-z0-9._:/@-]{0,199}");

    private static final Pattern PROVIDER_NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");

    static final String FALLBACKS = "fallbacks";

    /** Each has a share of the caller's time: with more of them nobody has enough. */
    private static final int MOST_FALLBACKS = 5;

    private ModelEntry() {}

    /** The model; null for a disabled entry. */
    static @Nullable Model read(String id, CatalogFields entry, Set<String> providers) {
        boolean enabled = entry.flag("enabled", true);
        String provider = provider(entry, providers, enabled);
        String upstream = entry.text("upstream_model", id);
        if (!isSafe(upstream)) {
            throw entry.wrong(
                    "upstream_model",
                    "must be made of A-Z a-z 0-9 . _ : / @ - only, without .. and without a leading /");
        }
        long context = entry.count("context_window", Integer.MAX_VALUE);
        int maxOutput = (int) entry.count("max_output_tokens", Integer.MAX_VALUE);
        if (maxOutput > context) {
            throw entry.wrong("max_output_tokens", "must be at most the context_window of " + context);
        }
        Model model = new Model(
                id,
                provider,
                entry.text("display_name", id),
                upstream,
                context,
                maxOutput,
                PricingFields.read(entry.object("pricing")),
                capabilities(entry.object("capabilities"), provider, upstream),
                fallbacks(id, entry));
        entry.refuseOthers();
        return enabled ? model : null;
    }

    /** Whether the names are in the catalogue is seen when all of it is read. */
    private static List<String> fallbacks(String id, CatalogFields entry) {
        List<String> names = entry.texts(FALLBACKS);
        if (names.size() > MOST_FALLBACKS) {
            throw entry.wrong(FALLBACKS, "must name at most " + MOST_FALLBACKS + " models, named " + names.size());
        }
        Set<String> seen = new HashSet<>(Set.of(id));
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!isSafe(name)) {
                throw entry.wrong(FALLBACKS + "[" + i + "]", "must be the name of a model");
            }
            if (!seen.add(name)) {
                throw entry.wrong(
                        FALLBACKS + "[" + i + "]",
                        "must be another model than the entry's own and those before it, was \"" + name + '"');
            }
        }
        return names;
    }

    static boolean isSafe(String name) {
        return SAFE_NAME.matcher(name).matches() && !name.contains("..") && !name.contains("//");
    }

    private static String provider(CatalogFields entry, Set<String> providers, boolean enabled) {
        String provider = entry.text("provider");
        if (enabled && !providers.contains(provider)) {
            throw entry.wrong("provider", "must be one of " + String.join(", ", new TreeSet<>(providers)));
        }
        if (!PROVIDER_NAME.matcher(provider).matches()) {
            throw entry.wrong("provider", "must be a name of a-z 0-9 -");
        }
        return provider;
    }

    private static Capabilities capabilities(CatalogFields fields, String provider, String upstream) {
        boolean reasoning = fields.flag("reasoning", false);
        ReasoningControl control = null;
        if (fields.has("reasoning_control")) {
            control = control(fields);
            if (!reasoning) {
                throw fields.wrong("reasoning_control", "must be left out where reasoning is not true");
            }
        } else if (reasoning) {
            control = DefaultReasoning.control(provider, upstream);
        }
        Capabilities capabilities = new Capabilities(
                fields.flag("vision", false),
                fields.flag("tools", false),
                reasoning,
                fields.flag("sampling", true),
                control);
        fields.refuseOthers();
        return capabilities;
    }

    private static ReasoningControl control(CatalogFields fields) {
        String word = fields.text("reasoning_control");
        for (ReasoningControl control : ReasoningControl.values()) {
            if (control.name().toLowerCase(Locale.ROOT).equals(word)) {
                return control;
            }
        }
        throw fields.wrong("reasoning_control", "must be one of effort, budget, level");
    }
}
