package dev.caravan.usage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Text that is part of the program: SQL, and the tokenizers' tables. */
final class ProgramFile {

    private ProgramFile() {}

    /**
     * @param name its path on the class path, without a slash before it
     * @throws LedgerException where the program was put together without it
     */
    static String read(String name) {
        try (InputStream in = ProgramFile.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new LedgerException("The program has no " + name, null);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LedgerException("The program's " + name + " cannot be read: " + e.getMessage(), e);
        }
    }
}
