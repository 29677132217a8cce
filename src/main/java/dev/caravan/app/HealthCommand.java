package dev.caravan.app;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Asks the gateway whose settings these are whether it takes requests: for a container's health check, where there is no curl.
 * Over HTTPS it believes the gateway's own certificate and no other, whatever name is in it.
 */
final class HealthCommand {

    private static final int TIMEOUT_MILLIS = 3000;
    private static final int UNHEALTHY = 1;

    private final Settings settings;

    HealthCommand(Settings settings) {
        this.settings = settings;
    }

    /** @return the exit code: 0 where it takes requests, else 1 */
    int run(PrintStream out) {
        @Nullable X509KeyManager certificate = TlsFiles.read(settings, Clock.systemUTC());
        URI uri = URI.create((certificate == null ? "http://" : "https://") + host() + ":"
                + settings.whole("gateway.port", 1) + "/health/ready");
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            if (certificate != null && connection instanceof HttpsURLConnection secure) {
                secure.setSSLSocketFactory(trust(certificate).getSocketFactory());
                secure.setHostnameVerifier((name, session) -> true);
            }
            int status = connection.getResponseCode();
            out.println(uri + " answers " + status);
            return status == HttpURLConnection.HTTP_OK ? 0 : UNHEALTHY;
        } catch (IOException | GeneralSecurityException e) {
            out.println(uri + " does not answer: " + e.getMessage());
            return UNHEALTHY;
        }
    }

    /** An address to call it at: one that listens everywhere listens on loopback, too. */
    private String host() {
        String host = settings.text("gateway.host");
        try {
            if (InetAddress.getByName(host).isAnyLocalAddress()) {
                return "127.0.0.1";
            }
        } catch (UnknownHostException e) {
            return host;
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static SSLContext trust(X509KeyManager own) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Certificate[] chain = own.getCertificateChain("caravan");
        store.setCertificateEntry("own", chain[0]);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
