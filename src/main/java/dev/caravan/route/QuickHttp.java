package dev.caravan.route;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLSocketFactory;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.hc.client5.http.socket.ConnectionSocketFactory;
import org.apache.hc.client5.http.socket.PlainConnectionSocketFactory;
import org.apache.hc.client5.http.ssl.SSLConnectionSocketFactory;
import org.apache.hc.core5.http.config.Registry;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;

/**
 * camel-http, but without its clients and the JVM's TLS until one of its own calls needs them: it would read the trust store, which
 * is a twentieth of a start, and ten thousand public suffixes at every start, though the providers' calls are {@link
 * UpstreamStep}'s. A step with {@code lazyStartProducer=false} has its client from the start.
 */
public final class QuickHttp extends HttpComponent {

    public QuickHttp() {
        setLazyStartProducer(true);
    }

    @Override
    protected Registry<ConnectionSocketFactory> createConnectionRegistry(
            HostnameVerifier verifier, @Nullable SSLContextParameters own, boolean systemProperties)
            throws GeneralSecurityException, IOException {
        if (own != null || systemProperties) {
            return super.createConnectionRegistry(verifier, own, systemProperties);
        }
        return RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register("https", new SSLConnectionSocketFactory(new LateTls(), verifier))
                .build();
    }

    /** The sockets of {@link SSLContexts#createDefault}, which is made with the first of them. */
    private static final class LateTls extends SSLSocketFactory {

        private @Nullable SSLSocketFactory made;

        private synchronized SSLSocketFactory made() {
            SSLSocketFactory known = made;
            if (known == null) {
                known = SSLContexts.createDefault().getSocketFactory();
                made = known;
            }
            return known;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return made().getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return made().getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket() throws IOException {
            return made().createSocket();
        }

        @Override
        public Socket createSocket(Socket plain, String host, int port, boolean close) throws IOException {
            return made().createSocket(plain, host, port, close);
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return made().createSocket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
            return made().createSocket(host, port, from, fromPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return made().createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
            return made().createSocket(host, port, from, fromPort);
        }
    }
}
