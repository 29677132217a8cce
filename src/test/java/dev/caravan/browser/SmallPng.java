package dev.caravan.browser;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;

/** A picture of a page in 256 colours: half the bytes, and no reader sees the difference. */
final class SmallPng {

    private static final int COLOURS = 256;

    /** Colours that are alike in these bits are of one region. */
    private static final int REGION = 0xE0E0E0;

    private final BufferedImage picture;

    private SmallPng(BufferedImage picture) {
        this.picture = picture;
    }

    static SmallPng of(byte[] png) {
        try {
            return new SmallPng(few(ImageIO.read(new ByteArrayInputStream(png))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Path file) {
        try {
            Files.createDirectories(file.getParent());
            ImageIO.write(picture, "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage few(BufferedImage many) {
        int[] colours = palette(many);
        var model = new IndexColorModel(8, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
        var few = new BufferedImage(many.getWidth(), many.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        Map<Integer, Integer> nearest = new HashMap<>();
        for (int y = 0; y < many.getHeight(); y++) {
            for (int x = 0; x < many.getWidth(); x++) {
                int index = nearest.computeIfAbsent(many.getRGB(x, y), colour -> nearest(colours, colour));
                few.getRaster().setSample(x, y, 0, index);
            }
        }
        return few;
    }

    /** The most frequent colours; and, so that no small coloured thing turns grey, the most frequent one of each region. */
    private static int[] palette(BufferedImage many) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < many.getHeight(); y++) {
            for (int x = 0; x < many.getWidth(); x++) {
                counts.merge(many.getRGB(x, y), 1, Integer::sum);
            }
        }
        List<Integer> frequent = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
        Set<Integer> palette = new LinkedHashSet<>(frequent.subList(0, Math.min(COLOURS / 2, frequent.size())));
        Set<Integer> regions = new HashSet<>();
        for (int colour : frequent) {
            if (palette.size() < COLOURS && regions.add(colour & REGION)) {
                palette.add(colour);
            }
        }
        return palette.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int nearest(int[] colours, int colour) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < colours.length; i++) {
            int distance = 0;
            for (int shift = 0; shift <= 16; shift += 8) {
                int part = (colours[i] >> shift & 0xFF) - (colour >> shift & 0xFF);
                distance += part * part;
            }
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }
}
