package dev.caravan.dialect;

/** How messages name a field: {@code messages[2].content[0].image_url.url}. */
final class FieldPath {

    /** A caller's own name can be long and hold anything. */
    private static final int MAX_NAME = 64;

    /** Longer than any path of the format; what lies deeper is named by its beginning. */
    private static final int MAX_PATH = 250;

    private FieldPath() {}

    static String of(String parent, String name) {
        if (parent.length() > MAX_PATH) {
            return parent;
        }
        return parent.isEmpty() ? shown(name) : parent + "." + shown(name);
    }

    static String of(String parent, int index) {
        return parent.length() > MAX_PATH ? parent : parent + "[" + index + "]";
    }

    /** A name as it may be shown and logged: short, without control characters. */
    static String shown(String name) {
        if (isPlain(name)) {
            return name;
        }
        StringBuilder safe = new StringBuilder();
        name.codePoints()
                .limit(MAX_NAME)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
                .forEach(safe::appendCodePoint);
        return safe.toString();
    }

    /** Nearly every name is. */
    private static boolean isPlain(String name) {
        if (name.length() > MAX_NAME) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }
}
