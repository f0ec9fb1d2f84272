// Measures a Java parser of HJ 212 on the frames of tests/reference/hj212/bench_messages.jsonl, one thread.
//
//   java Hj212Peer <class of the mapper> <method: String -> anything> <bench_messages.jsonl>
//
// The mapper is one of those named in docs/bench_hj212_peer.md. Measured twice: the checksum verified and nothing else,
// which is the work that ours does; and with its validation of the fields too. One JSON line each: median, slowest and
// fastest of nine runs after a warm-up of five seconds.

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

public class Hj212Peer {
  private static final int FRAMES_PER_RUN = 5_000;

  public static void main(String[] args) throws Exception {
    final List<String> frames = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(args[2]), StandardCharsets.UTF_8)) {
      final int begin = line.indexOf("##");
      frames.add(line.substring(begin, line.indexOf("\\r\\n", begin)) + "\r\n");
    }
    final Class<?> type = Class.forName(args[0]);
    measure(type, args[1], frames, false);
    measure(type, args[1], frames, true);
  }

  private static void measure(Class<?> type, String method, List<String> frames, boolean validate) throws Exception {
    final Object mapper = type.getConstructor().newInstance();
    type.getMethod("enableDefaultParserFeatures").invoke(mapper);
    type.getMethod("enableDefaultVerifyFeatures").invoke(mapper);
    set(mapper, "enable", "DATA_CRC");
    if (!validate) set(mapper, "disable", "USE_VERIFICATION");
    final Method read = type.getMethod(method, String.class);

    final Object sample = read.invoke(mapper, frames.get(0));
    if (sample instanceof Map && ((Map<?, ?>) sample).isEmpty()) throw new IllegalStateException("nothing was parsed");
    refusesDamage(read, mapper, frames.get(0));

    long bytes = 0;
    for (int i = 0; i < FRAMES_PER_RUN; ++i) bytes += frames.get(i % frames.size()).length();
    final long warm = System.nanoTime() + 5_000_000_000L;
    while (System.nanoTime() < warm) run(read, mapper, frames);
    final double[] perSecond = new double[9];
    for (int k = 0; k < perSecond.length; ++k) {
      final long begin = System.nanoTime();
      run(read, mapper, frames);
      perSecond[k] = 1e9 / (System.nanoTime() - begin);
    }
    Arrays.sort(perSecond);
    System.out.printf(
        "{\"what\": \"%s.%s%s\", \"median\": %.4g, \"slowest\": %.4g, \"fastest\": %.4g, \"unit\": \"bytes/s\","
            + " \"messages/s\": %.0f}%n",
        type.getName(), method, validate ? ", fields validated" : "", bytes * perSecond[4], bytes * perSecond[0],
        bytes * perSecond[8], FRAMES_PER_RUN * perSecond[4]);
  }

  /** mapper.enable(VerifyFeature.DATA_CRC), whatever package the feature is of. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void set(Object mapper, String method, String feature) throws Exception {
    for (Method candidate : mapper.getClass().getMethods()) {
      if (!candidate.getName().equals(method)) continue;
      final Class parameter = candidate.getParameterTypes()[0];
      if (!parameter.getSimpleName().equals("VerifyFeature")) continue;
      candidate.invoke(mapper, Enum.valueOf(parameter, feature));
      return;
    }
    throw new NoSuchMethodException(method + "(VerifyFeature)");
  }

  /** The peer does the same work only if it checks the checksum. */
  private static void refusesDamage(Method read, Object mapper, String frame) throws Exception {
    try {
      read.invoke(mapper, frame.replace("33.47", "33.48"));
    } catch (java.lang.reflect.InvocationTargetException refused) {
      return;
    }
    throw new IllegalStateException("a damaged frame was parsed: the checksum is not verified");
  }

  private static void run(Method read, Object mapper, List<String> frames) throws Exception {
    int parsed = 0;
    for (int i = 0; i < FRAMES_PER_RUN; ++i) {
      if (read.invoke(mapper, frames.get(i % frames.size())) != null) ++parsed;
    }
    if (parsed != FRAMES_PER_RUN) throw new IllegalStateException("frames were lost");
  }
}
