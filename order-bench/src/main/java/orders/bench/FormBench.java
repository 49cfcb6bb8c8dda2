package orders.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orders.devstack.DevStack;
import orders.devstack.DevStackSettings;
import orders.devstack.ServiceProcess;

/// Measures both services in every [Form] that they are built in, side by side: size, start, memory
/// and speed, each form on empty stores of its own.
public final class FormBench {

    private static final Path FOLDER = Path.of("target", "bench", "forms").toAbsolutePath();
    private static final List<String> SERVICES = List.of("order-command", "order-query");
    private static final int STARTS = 5;
    private static final int CLIENTS = 64;
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final PrintStream out = System.out;
    private final BenchSettings settings;
    private final Vertx vertx;

    /// What is measured, by its name, in the order in which it is shown.
    private final Map<String, Map<Form, String>> figures = new LinkedHashMap<>();

    private FormBench(BenchSettings settings, Vertx vertx) {
        this.settings = settings;
        this.vertx = vertx;
    }

    /// Runs the benchmark: `quick` to see that it works, nothing to measure.
    ///
    /// @throws Exception when a request is refused or a part of the system fails
    public static void main(String[] arguments) throws Exception {
        BenchSettings settings =
                List.of(arguments).contains("quick") ? BenchSettings.QUICK : BenchSettings.FULL;
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            new FormBench(settings, vertx).run();
        } finally {
            join(vertx.close());
        }
    }

    private void run() throws IOException, InterruptedException {
        out.println("Machine: " + Machine.describe().encode());
        List<Form> forms =
                Stream.of(Form.values())
                        .filter(form -> SERVICES.stream().allMatch(form::isBuilt))
                        .toList();
        for (Form form : forms) {
            out.println("- " + form);
            measure(form);
        }
        print(forms);
    }

    private void measure(Form form) throws IOException, InterruptedException {
        Folders.delete(FOLDER);
        try (DevStack stack =
                DevStack.start(DevStackSettings.temporary(FOLDER).withElasticsearch())) {
            Map<String, Map<String, String>> environments =
                    Map.of(
                            "order-command", stack.commandEnvironment(),
                            "order-query", stack.queryEnvironment());
            List<ServiceProcess> services = new ArrayList<>();
            for (String service : SERVICES) {
                form.prepare(service, environments.get(service), FOLDER);
                note(service + ", size", form, "%,.0f MB", form.bytes(service, FOLDER) / 1e6);
                services.add(form.service(service, environments.get(service), FOLDER));
            }
            try {
                for (ServiceProcess service : services) {
                    // Makes the schema.
                    service.start();
                    note(service.name() + ", time to ready", form, "%.2f s", start(service));
                }
                Thread.sleep(IDLE);
                noteMemory("idle", form, services);
                load(form, services.getFirst().uri(), services.getLast().uri());
                noteMemory("after load", form, services);
            } finally {
                services.forEach(ServiceProcess::stop);
            }
        }
    }

    /// The median of some starts, in seconds.
    private static double start(ServiceProcess service) {
        return IntStream.range(0, STARTS)
                .mapToDouble(_ -> {
                    service.stop();
                    long start = System.nanoTime();
                    service.start();
                    return (System.nanoTime() - start) / 1e9;
                })
                .sorted()
                .skip(STARTS / 2)
                .findFirst()
                .orElseThrow();
    }

    private void load(Form form, URI command, URI query) throws InterruptedException {
        String name = "forms-" + System.nanoTime();
        note("commands a second, cold", form, "%,.0f", commands(command, name + "-cold"));
        new HttpLoad(vertx, command, name + "-warm").closedLoop(CLIENTS, settings.warmUp());
        note("commands a second, warm", form, "%,.0f", commands(command, name));
        HttpClient http = HttpLoad.client(vertx, query);
        awaitReadSide(http);
        note("reads a second, cold", form, "%,.0f", reads(http, name, settings.step()));
        reads(http, name, settings.warmUp());
        note("reads a second, warm", form, "%,.0f", reads(http, name, settings.step()));
        http.close();
    }

    private double commands(URI service, String name) {
        return new HttpLoad(vertx, service, name).closedLoop(CLIENTS, settings.step()).perSecond();
    }

    /// Each client reads in turn an order and the newest orders of its customer.
    private double reads(HttpClient http, String name, Duration time) {
        Latency latency = new Latency();
        long end = System.nanoTime() + time.toNanos();
        Promise<Void> over = Promise.promise();
        vertx.runOnContext(_ ->
                ClosedLoop.run(CLIENTS, end, client -> reader(http, name, client, latency))
                        .onComplete(over));
        join(over.future());
        return latency.perSecond(time);
    }

    private static Supplier<Future<?>> reader(
            HttpClient http, String name, int client, Latency latency) {
        var order = Commands.command(name + "-" + CLIENTS + "-" + client, 0);
        AtomicLong number = new AtomicLong();
        return () -> {
            long start = System.nanoTime();
            String path =
                    number.getAndIncrement() % 2 == 0
                            ? "/orders/" + order.orderId()
                            : "/customers/" + order.customerId() + "/orders";
            return get(http, path).onSuccess(_ -> latency.record(System.nanoTime() - start));
        };
    }

    private static Future<JsonObject> get(HttpClient http, String path) {
        return http.request(HttpMethod.GET, path)
                .compose(HttpClientRequest::send)
                .compose(answer ->
                        answer.body()
                                .map(body -> {
                                    if (answer.statusCode() != 200) {
                                        throw new IllegalStateException(path + " answered " + body);
                                    }
                                    return body.toJsonObject();
                                }));
    }

    private static void awaitReadSide(HttpClient http) throws InterruptedException {
        while (join(get(http, "/projections")).getJsonArray("items").stream()
                .mapToLong(each -> ((JsonObject) each).getJsonObject("lag").getLong("events"))
                .anyMatch(lag -> lag > 0)) {
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private void noteMemory(String when, Form form, List<ServiceProcess> services)
            throws IOException {
        for (ServiceProcess service : services) {
            note(service.name() + ", resident, " + when, form, "%,.0f MB", resident(service) / 1e6);
        }
    }

    /// Bytes in memory, as Linux counts them.
    private static long resident(ServiceProcess service) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + service.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void note(String what, Form form, String format, double value) {
        String figure = String.format(Locale.ROOT, format, value);
        out.println("  " + what + ": " + figure);
        figures.computeIfAbsent(what, _ -> new EnumMap<>(Form.class)).put(form, figure);
    }

    private void print(List<Form> forms) {
        String format = "%-40s" + " %20s".repeat(forms.size()) + "%n";
        out.println();
        out.printf(format, row("", forms.stream().map(Form::toString)));
        figures.forEach(
                (what, values) -> out.printf(format, row(what, forms.stream().map(values::get))));
    }

    private static Object[] row(String what, Stream<String> figures) {
        return Stream.concat(Stream.of(what), figures).toArray();
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
