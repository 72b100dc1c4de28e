// java … Main STREAM book|engine|journal [FOLDER]: for each line "run" on its input it runs the stream and prints a line of JSON.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;

interface Run {
    /** Runs the whole stream; returns the seconds of the part after the filling. */
    double run(Trades trades) throws Exception;

    /** What else the last run measured, as a further member of its line; empty for nothing. */
    default String measured() {
        return "";
    }
}

final class Main {
    private static final int WARM_UPS = 2;

    public static void main(String[] arguments) {
        try {
            serve(arguments);
            System.exit(0);
        } catch (Throwable error) {
            // The exchange's own threads would keep the process alive.
            error.printStackTrace();
            System.exit(1);
        }
    }

    private static void serve(String[] arguments) throws Exception {
        // Libraries that greet on the standard output shall not come between our lines.
        PrintStream answers = System.out;
        System.setOut(System.err);
        Operations operations = new Operations(Path.of(arguments[0]));
        Run run = switch (arguments[1]) {
            case "book" -> new BookRun(operations);
            case "engine" -> new EngineRun(operations, null);
            case "journal" -> new EngineRun(operations, Path.of(arguments[2]));
            default -> throw new IllegalArgumentException("no run " + arguments[1]);
        };
        // The compiler wants to see the work a few times before it is timed.
        for (int round = 0; round < WARM_UPS; round++) run.run(new Trades());
        BufferedReader wishes = new BufferedReader(new InputStreamReader(System.in));
        for (String wish = wishes.readLine(); wish != null; wish = wishes.readLine()) {
            Trades trades = new Trades();
            double seconds = run.run(trades);
            answers.printf(
                java.util.Locale.ROOT,
                "{\"seconds\":%.9f,\"trades\":{\"count\":%d,\"lots\":%d,\"value\":%d,\"digest\":%d}%s}%n",
                seconds, trades.count, trades.lots, trades.value, trades.digest, run.measured());
            answers.flush();
        }
    }
}
