package orders.query.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What this service understands of the header `Prefer` (RFC 7240); of several waits the first
/// counts. A semicolon separates like a comma.
///
/// @param maxWait how long to wait for what is required
/// @param isLenient whether an older answer is better than none
record Preferences(Optional<Duration> maxWait, boolean isLenient) {

    private static final Pattern WAIT =
            Pattern.compile("wait\\s*=\\s*(\"?)([0-9]{1,9})\\1", Pattern.CASE_INSENSITIVE);

    private static final Pattern LENIENT =
            Pattern.compile("handling\\s*=\\s*(\"?)lenient\\1", Pattern.CASE_INSENSITIVE);

    /// Reads all headers of this name. What cannot be read is ignored.
    static Preferences of(List<String> headers) {
        List<String> elements = headers.stream().flatMap(Preferences::elements).toList();
        return new Preferences(
                elements.stream()
                        .map(WAIT::matcher)
                        .filter(Matcher::matches)
                        .map(wait -> Duration.ofSeconds(Long.parseLong(wait.group(2))))
                        .findFirst(),
                elements.stream().anyMatch(element -> LENIENT.matcher(element).matches()));
    }

    /// What stands between commas and semicolons that are not in quotes.
    private static Stream<String> elements(String header) {
        List<String> elements = new ArrayList<>();
        boolean isQuoted = false;
        int begin = 0;
        for (int at = 0; at < header.length(); at++) {
            switch (header.charAt(at)) {
                case '"' -> isQuoted = !isQuoted;
                case '\\' -> at += isQuoted ? 1 : 0;
                case ',', ';' -> {
                    if (!isQuoted) {
                        elements.add(header.substring(begin, at));
                        begin = at + 1;
                    }
                }
                default -> {}
            }
        }
        elements.add(header.substring(begin));
        return elements.stream().map(String::strip);
    }
}
