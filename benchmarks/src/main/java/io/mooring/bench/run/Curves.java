package io.mooring.bench.run;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A line for each client over something that grows, both axes logarithmic. */
final class Curves {
  static final int WIDTH = 430;
  static final int HEIGHT = 260;

  private static final int LEFT = 60;
  private static final int RIGHT = 90;
  private static final int TOP = 30;
  private static final int BOTTOM = 34;
  private static final int DOT = 6;
  private static final Color INK = new Color(0x22262A);
  private static final Color GRID = new Color(0xE3E6E9);
  private static final Map<String, Color> COLOURS =
      Map.of(
          "mooring", new Color(0x1B6CA8),
          "hivemq", new Color(0xE0A100),
          "paho-jsse", new Color(0x8A5FB0),
          "paho-bc", new Color(0xB99AD6),
          "aws-crt", new Color(0xD2562A),
          "raw", new Color(0x8B949C));

  private Curves() {}

  /**
   * One diagram.
   *
   * @param title with the unit
   * @param lines for each client its points
   */
  record Panel(String title, Map<String, List<Point>> lines) {
    /** What was measured of a metric; empty where no client has two points. */
    static Optional<Panel> of(
        Figures figures, String title, String metric, Map<Integer, String> rows) {
      Map<String, List<Point>> lines = new LinkedHashMap<>();
      for (String client : figures.clients()) {
        List<Point> points = new ArrayList<>();
        rows.forEach(
            (x, row) ->
                figures
                    .median(row, client, metric)
                    .filter(y -> y > 0)
                    .ifPresent(y -> points.add(new Point(x, y))));
        if (points.size() > 1) {
          lines.put(client, points);
        }
      }
      return lines.isEmpty() ? Optional.empty() : Optional.of(new Panel(title, lines));
    }
  }

  /** A figure. */
  record Point(double x, double y) {}

  static void draw(Graphics2D graphics, Panel panel, int x0, int y0) {
    List<Point> all = panel.lines().values().stream().flatMap(List::stream).toList();
    Axis x = Axis.over(all.stream().map(Point::x).toList(), x0 + LEFT, x0 + WIDTH - RIGHT);
    Axis y = Axis.over(all.stream().map(Point::y).toList(), y0 + HEIGHT - BOTTOM, y0 + TOP);
    graphics.setColor(INK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    graphics.drawString(panel.title(), x0, y0 + 14);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    for (double tick : y.ticks()) {
      graphics.setColor(GRID);
      graphics.drawLine(x0 + LEFT, y.at(tick), x0 + WIDTH - RIGHT, y.at(tick));
      graphics.setColor(INK);
      graphics.drawString(label(tick), x0, y.at(tick) + 4);
    }
    all.stream()
        .map(Point::x)
        .distinct()
        .forEach(each -> graphics.drawString(label(each), x.at(each) - 8, y0 + HEIGHT - 14));
    int place = y0 + TOP + 8;
    for (Map.Entry<String, List<Point>> line : panel.lines().entrySet()) {
      graphics.setColor(COLOURS.getOrDefault(line.getKey(), INK));
      graphics.setStroke(new BasicStroke(line.getKey().equals(Table.OURS) ? 3 : 1.5f));
      Point before = null;
      for (Point point : line.getValue()) {
        int left = x.at(point.x());
        int top = y.at(point.y());
        if (before != null) {
          graphics.drawLine(x.at(before.x()), y.at(before.y()), left, top);
        }
        graphics.fillOval(left - DOT / 2, top - DOT / 2, DOT, DOT);
        before = point;
      }
      graphics.drawString(line.getKey(), x0 + WIDTH - RIGHT + 12, place);
      place += 16;
    }
    graphics.setStroke(new BasicStroke(1));
  }

  private static String label(double value) {
    if (value >= 1_000_000) {
      return String.format(Locale.ROOT, "%.0fM", value / 1_000_000);
    }
    if (value >= 1_000) {
      return String.format(Locale.ROOT, "%.0fk", value / 1_000);
    }
    return value >= 1 ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
  }

  /** From the logarithm of a figure to a place in the picture. */
  private record Axis(double low, double high, int from, int to) {
    static Axis over(List<Double> values, int from, int to) {
      double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
      double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(10);
      double low = Math.log10(least);
      double high = Math.max(Math.log10(most), low + 0.5);
      return new Axis(low - 0.05, high + 0.05, from, to);
    }

    int at(double value) {
      return (int) Math.round(from + (to - from) * (Math.log10(value) - low) / (high - low));
    }

    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      for (int power = (int) Math.floor(low); power <= high; power++) {
        for (int digit : high - low < 2 ? new int[] {1, 2, 5} : new int[] {1}) {
          // Not 10 ^ -3 as 0.0010000000000000002.
          double tick = Double.parseDouble(digit + "e" + power);
          if (Math.log10(tick) >= low && Math.log10(tick) <= high) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
  }
}
