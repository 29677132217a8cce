package dev.caravan.catalog;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the catalogue's file. Whatever is wrong with it ends in a {@link CatalogException} that names file and field; there
 * is no half-read catalogue. Safe for all threads.
 */
public final class CatalogFile {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Set<String> providers;

    /** @param providers the names that an enabled entry's {@code provider} may have */
    public CatalogFile(Set<String> providers) {
        this.providers = Set.copyOf(providers);
    }

    /** @throws CatalogException where the file cannot be read or is wrong in any way */
    public Catalog read(Path file) {
        byte[] json;
        try {
            json = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new CatalogException(file + ": there is no such file (MODELS_CONFIG names it)", e);
        } catch (IOException e) {
            throw new CatalogException(file + ": the file cannot be read", e);
        }
        return read(file.toString(), json);
    }

    /**
     * @param file how messages name the file
     * @throws CatalogException where the content is wrong in any way
     */
    public Catalog read(String file, byte[] json) {
        CatalogFields top = new CatalogFields(file, "", parse(file, json));
        String version = top.text("version");
        top.exactly("currency", "USD");
        top.exactly("price_unit", "per_1k_tokens");
        CatalogFields entries = top.object("models");
        top.refuseOthers();
        Map<String, Model> models = new LinkedHashMap<>();
        for (String id : entries.names()) {
            if (!ModelEntry.isSafe(id)) {
                throw entries.wrong(id, "must be a name of A-Z a-z 0-9 . _ : / @ - only");
            }
            Model model = ModelEntry.read(id, entries.object(id), providers);
            if (model != null) {
                models.put(id, model);
            }
        }
        if (models.isEmpty()) {
            throw new CatalogException(file + ": models must name at least one model that is enabled");
        }
        requireFallbacks(entries, models);
        return new Catalog(version, models);
    }

    private static void requireFallbacks(CatalogFields entries, Map<String, Model> models) {
        for (Model model : models.values()) {
            for (int i = 0; i < model.fallbacks().size(); i++) {
                String name = model.fallbacks().get(i);
                if (!models.containsKey(name)) {
                    throw entries.object(model.id())
                            .wrong(
                                    ModelEntry.FALLBACKS + "[" + i + "]",
                                    "must be a model of this file that is enabled, was \"" + name + '"');
                }
            }
        }
    }

    private static JsonNode parse(String file, byte[] json) {
        try {
            return parse(
                    file,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(json))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new CatalogException(file + ": is not valid UTF-8", e);
        }
    }

    static JsonNode parse(String file, String json) {
        try {
            JsonNode tree = JSON.readTree(json);
            return tree == null ? MissingNode.getInstance() : tree;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new CatalogException(file + ": is not valid JSON" + where + ": " + reason(e), e);
        }
    }

    /** Jackson's first sentence: it names a duplicate field, and this is no caller's text. */
    private static String reason(JsonProcessingException e) {
        String said = e.getOriginalMessage();
        return said == null ? "unreadable" : said.lines().findFirst().orElse("unreadable");
    }
}
