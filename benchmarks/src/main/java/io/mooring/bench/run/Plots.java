package io.mooring.bench.run;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Bars, one panel for each row and metric, and curves of what grows. */
final class Plots {
  private static final int PANEL_WIDTH = 430;
  private static final int BAR = 18;
  private static final int NAME_WIDTH = 80;
  private static final int TITLE = 34;
  private static final int MARGIN = 16;
  private static final int COLUMNS = 2;
  private static final int LABEL = 90;
  private static final String GROWTH = "growth.png";
  private static final Color OURS = new Color(0x1B6CA8);
  private static final Color PEER = new Color(0xB8BEC4);
  private static final Color INK = new Color(0x22262A);

  private Plots() {}

  /** The pictures, in which order the rows appear, and of which metrics. */
  private static final Map<String, List<String>> PICTURES = pictures();

  private static Map<String, List<String>> pictures() {
    Map<String, List<String>> pictures = new LinkedHashMap<>();
    pictures.put(
        "publish.png",
        List.of(
            "publish-q1-64-w100 rate",
            "publish-q1-64-w100 cpu",
            "publish-q1-1024-w100 rate",
            "publish-q1-1024-w100 cpu",
            "publish-q0-64 rate",
            "publish-q0-64 cpu",
            "publish-q2-64-w100 rate",
            "publish-q2-64-w100 cpu"));
    pictures.put(
        "receive.png",
        List.of(
            "receive-q0-64 rate",
            "receive-q0-64 cpu",
            "receive-q1-64 rate",
            "receive-q1-64 cpu",
            "receive-q1-1024 rate",
            "receive-q1-1024 cpu"));
    pictures.put(
        "latency.png",
        List.of(
            "roundtrip-100 p50",
            "roundtrip-100 p99",
            "connect-cert p50",
            "connect-cert cpu",
            "storm-600 p50",
            "connections-1000 time"));
    pictures.put(
        "footprint.png",
        List.of(
            "cold-tuned wall",
            "cold-tuned cpu",
            "idle-tuned rss",
            "idle-default rss",
            "xmx-tuned xmx",
            "connections-1000 rss"));
    return pictures;
  }

  /** Draws what was measured; returns the names of the files. */
  static List<String> write(Figures figures, Path folder) throws IOException {
    List<String> written = new ArrayList<>();
    for (Map.Entry<String, List<String>> picture : PICTURES.entrySet()) {
      List<Panel> panels = new ArrayList<>();
      for (String name : picture.getValue()) {
        panel(figures, name).ifPresent(panels::add);
      }
      Path file = folder.resolve(picture.getKey());
      Files.deleteIfExists(file);
      if (!panels.isEmpty()) {
        ImageIO.write(draw(panels), "png", file.toFile());
        written.add(picture.getKey());
      }
    }
    Path growth = folder.resolve(GROWTH);
    Files.deleteIfExists(growth);
    List<Curves.Panel> curves = curves(figures);
    if (!curves.isEmpty()) {
      ImageIO.write(drawCurves(curves), "png", growth.toFile());
      written.add(GROWTH);
    }
    return written;
  }

  private static List<Curves.Panel> curves(Figures figures) {
    List<Curves.Panel> panels = new ArrayList<>();
    for (String[] each :
        new String[][] {
          {"publish-q0-%d", "publish QoS 0"},
          {"publish-q1-%d-w100", "publish QoS 1, window 100"},
          {"publish-q2-%d-w100", "publish QoS 2, window 100"},
          {"receive-q0-%d", "receive QoS 0"},
          {"receive-q1-%d", "receive QoS 1"}
        }) {
      Map<Integer, String> rows = rows(each[0], 64, 1024, 16 * 1024);
      Curves.Panel.of(figures, each[1] + ": CPU us by bytes", "cpu", rows).ifPresent(panels::add);
      Curves.Panel.of(figures, each[1] + ": messages/s by bytes", "rate", rows)
          .ifPresent(panels::add);
    }
    Map<Integer, String> windows = rows("publish-q1-64-w%d", 1, 10, 100, 1000);
    Curves.Panel.of(figures, "publish QoS 1, 64 B: messages/s by window", "rate", windows)
        .ifPresent(panels::add);
    Map<Integer, String> counts = rows("connections-%d", 1, 100, 1000);
    Curves.Panel.of(figures, "KiB of RSS each by connections", "rss", counts)
        .ifPresent(panels::add);
    Curves.Panel.of(figures, "KiB of heap each by connections", "heap", counts)
        .ifPresent(panels::add);
    Curves.Panel.of(figures, "s until all are connected", "time", counts).ifPresent(panels::add);
    return panels;
  }

  private static Map<Integer, String> rows(String pattern, int... values) {
    Map<Integer, String> rows = new LinkedHashMap<>();
    for (int value : values) {
      rows.put(value, String.format(Locale.ROOT, pattern, value));
    }
    return rows;
  }

  private static BufferedImage drawCurves(List<Curves.Panel> panels) {
    int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage image =
        new BufferedImage(
            COLUMNS * Curves.WIDTH + MARGIN,
            rows * Curves.HEIGHT + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = white(image);
    for (int i = 0; i < panels.size(); i++) {
      Curves.draw(
          graphics,
          panels.get(i),
          MARGIN + i % COLUMNS * Curves.WIDTH,
          MARGIN + i / COLUMNS * Curves.HEIGHT);
    }
    graphics.dispose();
    return image;
  }

  private static Graphics2D white(BufferedImage image) {
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    return graphics;
  }

  private static Optional<Panel> panel(Figures figures, String name) {
    String[] words = name.split(" ", 2);
    Map<String, Double> bars = new LinkedHashMap<>();
    String unit = "";
    for (Map.Entry<Figure, Statistics> each : figures.all().entrySet()) {
      Figure figure = each.getKey();
      if (figure.row().equals(words[0]) && figure.metric().equals(words[1])) {
        bars.put(figure.client(), each.getValue().median());
        unit = figure.unit();
      }
    }
    return bars.isEmpty() ? Optional.empty() : Optional.of(new Panel(name + ", " + unit, bars));
  }

  private static BufferedImage draw(List<Panel> panels) {
    int bars = panels.stream().mapToInt(panel -> panel.bars().size()).max().orElse(1);
    int height = TITLE + bars * (BAR + 4) + MARGIN;
    int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage image =
        new BufferedImage(
            COLUMNS * PANEL_WIDTH + MARGIN, rows * height + MARGIN, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = white(image);
    for (int i = 0; i < panels.size(); i++) {
      int x = MARGIN + i % COLUMNS * PANEL_WIDTH;
      int y = MARGIN + i / COLUMNS * height;
      draw(graphics, panels.get(i), x, y);
    }
    graphics.dispose();
    return image;
  }

  private static void draw(Graphics2D graphics, Panel panel, int x, int y) {
    graphics.setColor(INK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    graphics.drawString(panel.title(), x, y + 14);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    double largest =
        panel.bars().values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    int room = PANEL_WIDTH - NAME_WIDTH - LABEL - MARGIN;
    int top = y + TITLE - MARGIN / 2;
    for (Map.Entry<String, Double> bar : panel.bars().entrySet()) {
      int length = largest == 0 ? 0 : (int) Math.round(room * bar.getValue() / largest);
      graphics.setColor(INK);
      graphics.drawString(bar.getKey(), x, top + 14);
      graphics.setColor(bar.getKey().equals(Table.OURS) ? OURS : PEER);
      graphics.fillRect(x + NAME_WIDTH, top + 1, Math.max(1, length), BAR);
      graphics.setColor(INK);
      graphics.drawString(Table.number(bar.getValue()), x + NAME_WIDTH + length + 6, top + 14);
      top += BAR + 4;
    }
  }

  /** One metric of one row. */
  private record Panel(String title, Map<String, Double> bars) {}
}
