package dev.caravan.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate and its key, from two PEM files: the certificate with its chain, and the key as PKCS#8 without a
 * password. Read once, at the start; every mistake is named by the variable that has it.
 */
final class TlsFiles {

    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    private static final String CERTIFICATE = "GATEWAY_TLS_CERT";
    private static final String KEY = "GATEWAY_TLS_KEY";
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = new char[0];

    private TlsFiles() {}

    /**
     * What the server shows and signs with; null where none of the two is set.
     *
     * @throws StartFailure where only one is set, or they cannot be used
     */
    static @Nullable X509KeyManager read(Settings settings, Clock clock) {
        String certificate = settings.text("gateway.tls.certificate");
        String key = settings.text("gateway.tls.key");
        if (certificate.isEmpty() && key.isEmpty()) {
            return null;
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            throw new StartFailure(CERTIFICATE + " and " + KEY + " go together: " + (key.isEmpty() ? KEY : CERTIFICATE)
                    + " is not set");
        }
        X509Certificate[] chain = chain(certificate);
        warnIfOld(chain[0], clock.instant());
        PrivateKey secret = key(key, chain[0].getPublicKey().getAlgorithm());
        if (!fit(chain[0], secret)) {
            throw new StartFailure(KEY + ": " + key + " is not the key of the certificate in " + certificate);
        }
        return keyManager(chain, secret);
    }

    private static X509Certificate[] chain(String file) {
        try {
            Collection<? extends Certificate> read = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes(CERTIFICATE, file)));
            if (!read.isEmpty()) {
                return read.toArray(X509Certificate[]::new);
            }
        } catch (CertificateException e) {
            throw new StartFailure(CERTIFICATE + ": " + file + " holds no X.509 certificate in PEM", e);
        }
        throw new StartFailure(CERTIFICATE + ": " + file + " holds no X.509 certificate in PEM");
    }

    private static void warnIfOld(X509Certificate certificate, Instant now) {
        Instant end = certificate.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            LOG.warn("{}: the certificate has expired on {}; clients will refuse it", CERTIFICATE, end);
        }
    }

    private static PrivateKey key(String file, String algorithm) {
        String text = new String(bytes(KEY, file), StandardCharsets.US_ASCII);
        Matcher pem = PKCS8.matcher(text);
        if (!pem.find()) {
            throw new StartFailure(
                    KEY + ": " + file + " must hold a key as PKCS#8 without a password (BEGIN PRIVATE KEY); "
                            + "openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW makes one");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Without the cause: it may hold a piece of the key.
            throw new StartFailure(KEY + ": " + file + " holds no " + algorithm + " key, which the certificate needs");
        }
    }

    /** Whether what the key signs is what the certificate verifies. */
    private static boolean fit(X509Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
        };
        byte[] message = "caravan".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static X509KeyManager keyManager(X509Certificate[] chain, PrivateKey key) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("caravan", key, NO_PASSWORD, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new StartFailure(CERTIFICATE + " and " + KEY + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(String variable, String file) {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new StartFailure(variable + ": " + file + " cannot be read", e);
        }
    }
}
