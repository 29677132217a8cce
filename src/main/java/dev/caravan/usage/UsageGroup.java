package dev.caravan.usage;

/**
 * All of one user and one model in one day or month.
 *
 * @param provider that of the first row; it is no part of the key
 */
record UsageGroup(String userId, String modelId, String provider, RollupSums sums) {

    /** The order in which both databases sort keys: that of the bytes of UTF-8. */
    static int compare(UsageGroup one, UsageGroup other) {
        int users = compare(one.userId, other.userId);
        return users != 0 ? users : compare(one.modelId, other.modelId);
    }

    /** Java compares UTF-16, which sorts characters beyond its first 65,536 before the last of those. */
    static int compare(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean beyond = Character.isSurrogate(a);
                return beyond == Character.isSurrogate(b) ? Character.compare(a, b) : beyond ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}
