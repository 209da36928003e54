import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.region.policy.IndividualDeadLetterStrategy;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.jolokia.backend.BackendManager;
import org.jolokia.config.ConfigKey;
import org.jolokia.config.Configuration;
import org.jolokia.http.HttpRequestHandler;
import org.jolokia.util.LogHandler;
import org.jolokia.util.QuietLogHandler;
import org.json.simple.JSONAware;

/**
 * A real ActiveMQ broker with STOMP, and Jolokia's own request handler before its JMX, as ActiveMQ's web console has it: basic
 * authentication, and requests without an Origin of this server refused. Debian packages the broker and Jolokia, not the console.
 *
 * Usage: java -cp ... BrokerWithJolokia.java STOMP_PORT HTTP_PORT PASSWORD DATA_FOLDER
 */
public class BrokerWithJolokia {
    public static void main(String[] args) throws Exception {
        BrokerService broker = new BrokerService();
        broker.setBrokerName("procurement");
        broker.setPersistent(false);
        broker.setUseJmx(true);
        broker.getManagementContext().setCreateConnector(false);
        broker.setDataDirectory(args[3]);
        broker.addConnector("stomp://127.0.0.1:" + args[0]);
        // Queues below "own." have dead-letter queues of their own, all others the shared ActiveMQ.DLQ.
        PolicyEntry own = new PolicyEntry();
        own.setQueue("own.>");
        IndividualDeadLetterStrategy strategy = new IndividualDeadLetterStrategy();
        strategy.setQueuePrefix("DLQ.");
        own.setDeadLetterStrategy(strategy);
        PolicyMap policies = new PolicyMap();
        policies.setPolicyEntries(List.of(own));
        broker.setDestinationPolicy(policies);
        broker.start();
        broker.waitUntilStarted();
        serve(Integer.parseInt(args[1]), args[2]);
    }

    private static void serve(int port, String password) throws Exception {
        Configuration configuration = new Configuration(
            ConfigKey.AGENT_ID, "test", ConfigKey.MAX_DEPTH, "15", ConfigKey.MAX_OBJECTS, "0");
        LogHandler silent = new QuietLogHandler();
        BackendManager backend = new BackendManager(configuration, silent, new SameOrigin("http://127.0.0.1:" + port));
        HttpRequestHandler handler = new HttpRequestHandler(configuration, backend, silent);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/api/jolokia", exchange -> answer(exchange, handler)).setAuthenticator(
            new BasicAuthenticator("activemq") {
                public boolean checkCredentials(String user, String given) {
                    return user.equals("watcher") && given.equals(password);
                }
            });
        server.setExecutor(Executors.newFixedThreadPool(2));
        server.start();
    }

    private static void answer(HttpExchange exchange, HttpRequestHandler handler) throws java.io.IOException {
        JSONAware body;
        try {
            String origin = exchange.getRequestHeaders().getFirst("Origin");
            handler.checkAccess("127.0.0.1", "127.0.0.1", origin);
            String uri = exchange.getRequestURI().toString();
            Map<String, String[]> parameters = new HashMap<>();
            body = exchange.getRequestMethod().equals("POST")
                ? handler.handlePostRequest(uri, exchange.getRequestBody(), "utf-8", parameters)
                : handler.handleGetRequest(uri, exchange.getRequestURI().getPath().replaceFirst("^/api/jolokia", ""), parameters);
        } catch (Throwable error) {
            body = handler.handleThrowable(error);
        }
        byte[] bytes = body.toJSONString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain;charset=utf-8");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** As the console's jolokia-access.xml: only pages of this server, and checked on requests that are no page's, too. */
    private static class SameOrigin extends org.jolokia.restrictor.AllowAllRestrictor {
        private final String allowed;

        SameOrigin(String allowed) {
            this.allowed = allowed;
        }

        @Override
        public boolean isOriginAllowed(String origin, boolean strictChecking) {
            return strictChecking ? allowed.equals(origin) : origin == null || allowed.equals(origin);
        }
    }
}
