package dev.caravan.usage;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Groups in the order of {@link UsageGroup#compare}, each key once. */
interface UsageGroups extends AutoCloseable {

    /** Null at the end. */
    @Nullable
    UsageGroup next() throws SQLException;

    @Override
    void close() throws SQLException;

    /** What is said of two that ought to be the same. */
    interface Comparison {
        /** Not both are null. */
        void pair(@Nullable UsageGroup expected, @Nullable UsageGroup found) throws SQLException;
    }

    /** Tells of each key, with what both have of it. Reads both to the end. */
    static void compare(UsageGroups expected, UsageGroups found, Comparison comparison) throws SQLException {
        UsageGroup left = expected.next();
        UsageGroup right = found.next();
        while (left != null || right != null) {
            int order = left == null ? 1 : right == null ? -1 : UsageGroup.compare(left, right);
            comparison.pair(order <= 0 ? left : null, order >= 0 ? right : null);
            if (order <= 0) {
                left = expected.next();
            }
            if (order >= 0) {
                right = found.next();
            }
        }
    }
}
